/** Stretches of the station's clock under which rows are found; see `migrations/0001-recording.ts`. */
export const SLOT_MS = 10_000;
export const SLOTS_PER_MINUTE = 6;

export const slotOf = (at: number): number => Math.floor(at / SLOT_MS);
export const minuteOfSlot = (slot: number): number => Math.floor(slot / SLOTS_PER_MINUTE);
