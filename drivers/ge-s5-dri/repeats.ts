/**
 * Records that come again byte for byte: recorders replay their buffers, serial servers resend. A record carries a counter
 * and a time, so an exact repeat is never news. The monitor's clock is no criterion: it may be set back with the seasons.
 */

/** In a real dirty recording a record came again after 93 others. */
const REMEMBERED = 256;

/** Identities of the last different records, the newest last. */
export type KnownRecords = readonly string[];

/** Whether this record was already there, and the memory with it as the newest. */
export function recognise(known: KnownRecords, identity: string): { known: KnownRecords; isRepeat: boolean } {
  const others = known.filter((other) => other !== identity);
  return { known: [...others, identity].slice(-REMEMBERED), isRepeat: others.length < known.length };
}
