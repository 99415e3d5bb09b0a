/** Whether what a bed shows, or its session has shown before, comes from a recording. */
import type { BedView } from '$lib/realtime/index.ts';

export const isReplayed = ({ session, devices }: Pick<BedView, 'session' | 'devices'>): boolean =>
  session?.isReplay === true || devices.some((device) => device.isReplay);
