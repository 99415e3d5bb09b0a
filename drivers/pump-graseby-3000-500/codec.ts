/**
 * Records ⇄ messages, both ways, because the simulator speaks with the same words.
 *
 *   software after 0.67    R AAAAAA data     R return code · AAAAAA alarm bytes 0, 1, 2
 *   software up to 0.67    letter data       the letter of the command, or ?
 *
 *   M   eeeeff                    model · software in hundredths, hexadecimal: 3F is 0.63
 *   Y   nine characters
 *   D   0017.50035.0052.5         infused mL · volume limit mL · rate mL/h      (after 0.67)
 *       0017.50035.0052.50000     the same and four digits                      (0.66, 0.67)
 *       017.5035.052.50000        narrower                                      (up to 0.65)
 *       001700350520000           the same without decimals, when one of them does not fit
 *
 * A reply of the newer software does not say what it answers, but no two answers have the same length.
 */
import type { Decoded } from '../driver.ts';
import { openRecord, wrapRecord } from './framing.ts';
import type { Check, Message, Query, Reply, ReplyData, Status } from './messages.ts';

/** What a station asks, as a whole record. */
export const encode = ({ letter, check }: Query): Uint8Array => wrapRecord(letter, check);

/** Reads one record as `cut` delivers it. Never throws. */
export function decode(payload: Uint8Array): Decoded<Message> {
  const opened = openRecord(payload);
  if (!opened) return { ok: false, why: 'malformed', detail: 'no record with a right check' };
  const { body, check } = opened;
  if (/^[A-Z]$/i.test(body)) return { ok: true, message: { kind: 'command', letter: body.toUpperCase() } };
  const reply = check === 'sum' ? readOld(body) : readNew(body, check);
  return reply ? { ok: true, message: reply } : { ok: false, why: 'malformed', detail: body };
}

const NEW_REPLY = /^([!-~])([0-9a-f]{6})(.*)$/i;

function readNew(body: string, check: Check): Reply | undefined {
  const [, code, hex, text] = NEW_REPLY.exec(body) ?? [];
  if (code === undefined || hex === undefined || text === undefined) return undefined;
  const statusHex = hex.toUpperCase();
  return { kind: 'reply', check, code, statusHex, status: readStatus(statusHex), data: readNewData(text) };
}

const NEW_INFUSION = /^(\d{4}\.\d)(\d{4}\.\d)(\d{3}\.\d)$/;
const MODEL = /^([0-9 ]{4})([0-9a-f]{2})$/i;
const SERIAL_LENGTH = 9;

function readNewData(text: string): ReplyData {
  if (text === '') return { is: 'none' };
  const [, infused, limit, rate] = NEW_INFUSION.exec(text) ?? [];
  if (infused !== undefined) return infusionOf(infused, limit, rate);
  if (text.length === SERIAL_LENGTH && text.trim() !== '') return { is: 'serial', serial: text.trim() };
  return readModel(text) ?? { is: 'other', text };
}

const infusionOf = (infused?: string, limit?: string, rate?: string): ReplyData => ({
  is: 'infusion',
  volumeInfusedMl: Number(infused),
  vtbiMl: Number(limit),
  rateMlPerHour: Number(rate),
});

function readModel(text: string): ReplyData | undefined {
  const [, name = '', hundredths = ''] = MODEL.exec(text) ?? [];
  // How a model of three digits fills its four places is not known.
  const model = name.trim().replace(/^0+/, '');
  if (model === '') return undefined;
  return { is: 'model', model, softwareVersion: (Number.parseInt(hundredths, 16) / 100).toFixed(2) };
}

const OLD_INFUSION = [
  /^(\d{4}\.\d)(\d{4}\.\d)(\d{3}\.\d)([0-9a-f]{4})$/i,
  /^(\d{3}\.\d)(\d{3}\.\d)(\d{2}\.\d)([0-9a-f]{4})$/i,
  /^(\d{4})(\d{4})(\d{3})([0-9a-f]{4})$/i,
];

function readOld(body: string): Reply | undefined {
  const [code = '', text] = [body.charAt(0).toUpperCase(), body.slice(1)];
  if (!/^[A-Z?]$/.test(code)) return undefined;
  const plain = { kind: 'reply', check: 'sum', code, statusHex: '' } as const;
  if (text === '') return { ...plain, data: { is: 'none' } };
  const [, infused, limit, rate, word = ''] =
    code === 'D' ? (OLD_INFUSION.map((layout) => layout.exec(text)).find((found) => found !== null) ?? []) : [];
  if (infused !== undefined) return { ...plain, statusHex: word.toUpperCase(), data: infusionOf(infused, limit, rate) };
  const model = code === 'M' ? readModel(text) : undefined;
  return { ...plain, data: model ?? { is: 'other', text } };
}

const hasBit = (byte: number, bit: number): boolean => (byte & (1 << bit)) !== 0;

/** Six hexadecimal digits, byte 0 first. */
export function readStatus(statusHex: string): Status {
  const [alarm, run, power] = [0, 2, 4].map((at) => Number.parseInt(statusHex.slice(at, at + 2), 16));
  const [byte0, byte1, byte2] = [alarm ?? 0, run ?? 0, power ?? 0];
  return {
    alarm: byte0 & 0x1f,
    isAudible: hasBit(byte0, 5),
    isMainScreen: hasBit(byte0, 6),
    isControlled: hasBit(byte0, 7),
    isSecondary: hasBit(byte1, 0),
    isRunning: hasBit(byte1, 1),
    isKvo: hasBit(byte1, 2),
    isOnBattery: hasBit(byte1, 3),
    isBatteryLow: hasBit(byte1, 4),
    isDoorOpen: hasBit(byte1, 5),
    isClipIn: hasBit(byte1, 6),
    isCassetteIn: hasBit(byte1, 7),
    isLocked: hasBit(byte2, 0),
    psiCode: (byte2 >> 1) & 0x03,
    isPoweredUp: hasBit(byte2, 3),
    hasUserText: hasBit(byte2, 4),
  };
}

const bits = (...flags: readonly boolean[]): number => flags.reduce((sum, flag, i) => sum + (flag ? 1 << i : 0), 0);
const digits = (value: number, width: number): string => value.toString(16).toUpperCase().padStart(width, '0');

export function writeStatus(status: Status): string {
  const byte0 = status.alarm | (bits(status.isAudible, status.isMainScreen, status.isControlled) << 5);
  const byte1 = bits(
    ...[status.isSecondary, status.isRunning, status.isKvo, status.isOnBattery],
    ...[status.isBatteryLow, status.isDoorOpen, status.isClipIn, status.isCassetteIn],
  );
  const byte2 = bits(status.isLocked) | (status.psiCode << 1) | (bits(status.isPoweredUp, status.hasUserText) << 3);
  return digits(byte0, 2) + digits(byte1, 2) + digits(byte2, 2);
}

/** What a host said: a letter with whatever stands behind it. @returns undefined for what is no command. */
export function decodeCommand(
  payload: Uint8Array,
): { readonly letter: string; readonly parameters: string; readonly check: Check } | undefined {
  const opened = openRecord(payload);
  const letter = opened?.body.charAt(0).toUpperCase();
  if (!opened || letter === undefined || !/^[A-Z]$/.test(letter)) return undefined;
  return { letter, parameters: opened.body.slice(1), check: opened.check };
}

/** A reply as a pump sends it: the simulator's half of the codec. @throws RangeError for a text that does not fit. */
export const encodeReply = (code: string, statusHex: string, data: string, check: Check): Uint8Array =>
  wrapRecord(check === 'sum' ? `${code}${data}${statusHex}` : `${code}${statusHex}${data}`, check);
