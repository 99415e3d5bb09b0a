/** HL7 times. One without a zone is taken for UTC: then the gateway's clock looks wrong by its zone, and that is seen and said. */

const TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(?:(\d\d)(?:\.(\d{1,4}))?)?(?:([+-])(\d\d)(\d\d))?$/;
const MINUTE_MS = 60_000;

/** Ms since 1970; undefined for what is no time to the minute at least. */
export function timeOf(text: string): number | undefined {
  const match = TIME.exec(text.trim());
  if (!match) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '0', fraction = ''] = match;
  const [sign, zoneHours = '0', zoneMinutes = '0'] = match.slice(8);
  const parts = [Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)] as const;
  const local = Date.UTC(...parts);
  const isReal = new Date(local).toISOString().slice(0, 10) === `${year}-${month}-${day}`;
  if (!isReal || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const zoneMs = (Number(zoneHours) * 60 + Number(zoneMinutes)) * MINUTE_MS * (sign === '-' ? -1 : 1);
  return local + (fraction === '' ? 0 : Math.round(Number(`0.${fraction}`) * 1000)) - zoneMs;
}

/** `20260301101500+0000`: to the second, as the gateways write it. */
export const timeText = (time: number): string =>
  `${new Date(time).toISOString().replaceAll(/\D/g, '').slice(0, 14)}+0000`;
