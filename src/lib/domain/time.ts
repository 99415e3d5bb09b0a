import type { Branded } from './brand.ts';

/**
 * Milliseconds on the station's own clock. It never steps and never runs backwards, not even when the core
 * is restarted (the core carries it on from its journal). All judgement is done in it.
 */
export type MonotonicMs = Branded<number, 'MonotonicMs'>;

/** Milliseconds since 1970 UTC as the computer's calendar clock had them. It may jump; it is for people and exports only. */
export type WallMs = Branded<number, 'WallMs'>;

export const monotonicMs = (ms: number): MonotonicMs => ms as MonotonicMs;
export const wallMs = (ms: number): WallMs => ms as WallMs;

export const later = (at: MonotonicMs, byMs: number): MonotonicMs => (at + byMs) as MonotonicMs;

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
