/**
 * HL7 version 2 messages as text: what every sender of them has in common.
 *
 *   MSH|^~\&|…|ORU^R01|204|P|2.3.1        segment: three letters, then fields, each after a |
 *   OBX||NM|101^HR|2101|60||||||F         field ~ repetition; component ^ component; subcomponent & subcomponent
 *
 * The header names its own separators: MSH-1 is the character after "MSH", MSH-2 the next four. Inside a text they stand
 * escaped: \F\ | · \S\ ^ · \T\ & · \R\ ~ · \E\ \ · \X0D\ bytes in hexadecimal · \.br\ a new line · \H\ \N\ highlighting.
 * Fields are kept as they came and are taken apart where they are asked for; nothing here knows what a segment means.
 */
import { fail, ok, type Result } from '$lib/domain/index.ts';
import { fromHex, latin1 } from '../bytes.ts';
import { charsetOf, decodeText, type Charset } from './charset.ts';

/** An empty string where the header left a separator out: nothing is then separated by it. */
export interface Separators {
  readonly field: string;
  readonly component: string;
  readonly repetition: string;
  readonly escape: string;
  readonly subcomponent: string;
}

export interface Segment {
  readonly name: string;
  /** As they came, numbered as HL7 does: OBX-3 is `fields[3]`, and `fields[1]` of the header is the field separator. */
  readonly fields: readonly string[];
  readonly separators: Separators;
  readonly charset: Charset;
}

export interface Hl7Message {
  readonly header: Segment;
  /** Those after the header, in their order; empty lines are none. */
  readonly segments: readonly Segment[];
}

/** `too-short`: not even a header's separators. `malformed`: something else than a header, or separators that do not separate. */
export interface Unreadable {
  readonly why: 'too-short' | 'malformed';
  readonly detail: string;
}

const SHORTEST = 'MSH|^'.length;
const CHARSET_FIELD = 18;

/** Takes a message apart into segments. LF and CR LF are taken for the end of a segment as well as CR. */
export function readMessage(bytes: Uint8Array): Result<Hl7Message, Unreadable> {
  const first = headOf(bytes);
  if (first.length < SHORTEST) return fail({ why: 'too-short', detail: `a message of ${bytes.length} bytes` });
  const separators = separatorsOf(first);
  if (!separators) return fail({ why: 'malformed', detail: `no header: ${first.slice(0, 20)}` });
  const declared = first.split(separators.field)[CHARSET_FIELD - 1] ?? '';
  const charset = charsetOf(bytes, splitBy(declared, separators.repetition)[0] ?? '');
  const lines = decodeText(bytes, charset).split(/[\r\n]+/);
  const [header, ...segments] = lines.flatMap((line) => (line === '' ? [] : [segmentOf(line, separators, charset)]));
  if (!header) return fail({ why: 'too-short', detail: 'an empty message' });
  const fields = [header.name, separators.field, ...header.fields.slice(1)];
  return ok({ header: { ...header, fields }, segments });
}

/** The first line as single bytes: what is looked for in it is ASCII in every character set. */
function headOf(bytes: Uint8Array): string {
  const ends = [bytes.indexOf(0x0d), bytes.indexOf(0x0a)].filter((at) => at >= 0);
  return latin1(bytes.subarray(0, Math.min(...ends, bytes.length)));
}

/** By the beginning of a header up to its third field: a sender names the same separators all day long. */
const KNOWN = new Map<string, Separators>();
const MOST_KNOWN = 32;

function separatorsOf(head: string): Separators | undefined {
  const field = head.charAt(3);
  const [start = '', encoding = ''] = head.split(field, 2);
  const key = `${start}${field}${encoding}`;
  const known = KNOWN.get(key);
  if (known) return known;
  const separators = readSeparators(start, field, encoding);
  if (separators && KNOWN.size < MOST_KNOWN) KNOWN.set(key, separators);
  return separators;
}

function readSeparators(start: string, field: string, encoding: string): Separators | undefined {
  const separators = {
    field,
    component: encoding.charAt(0),
    repetition: encoding.charAt(1),
    escape: encoding.charAt(2),
    subcomponent: encoding.charAt(3),
  };
  const given = Object.values(separators).filter((separator) => separator !== '');
  const canSeparate =
    given.every((separator) => /[!-/:-@[-`{-~]/.test(separator)) && new Set(given).size === given.length;
  return start === 'MSH' && encoding !== '' && canSeparate ? separators : undefined;
}

function segmentOf(line: string, separators: Separators, charset: Charset): Segment {
  const fields = line.split(separators.field);
  return { name: fields[0] ?? '', fields, separators, charset };
}

/**
 * The text of a component, OBX-3.2 for example as `at(obx, 3, 2)`: of the field's first repetition, unescaped, with
 * subcomponents and their separators left in it. Empty where nothing is; `""`, HL7's word for "deleted", is left as it is.
 */
export const at = (segment: Segment, field: number, component = 1): string =>
  unescape(rawComponent(segment, field, component), segment);

/** The subcomponents of a component, each unescaped; one empty text where nothing is. */
export function subcomponents(segment: Segment, field: number, component: number): readonly string[] {
  const raw = rawComponent(segment, field, component);
  return splitBy(raw, segment.separators.subcomponent).map((text) => unescape(text, segment));
}

function rawComponent({ fields, separators }: Segment, field: number, component: number): string {
  const text = fields[field] ?? '';
  const first = text.includes(separators.repetition) ? (splitBy(text, separators.repetition)[0] ?? '') : text;
  if (!first.includes(separators.component)) return component === 1 ? first : '';
  return splitBy(first, separators.component)[component - 1] ?? '';
}

const splitBy = (text: string, separator: string): readonly string[] =>
  separator === '' ? [text] : text.split(separator);

/** Every second escape character closes a sequence. One that is not known, or not closed, stays in the text as it came. */
function unescape(text: string, { separators, charset }: Pick<Segment, 'separators' | 'charset'>): string {
  const { escape: mark } = separators;
  if (mark === '' || !text.includes(mark)) return text;
  const pieces = text.split(mark);
  return pieces
    .map((piece, i) => {
      if (i % 2 === 0) return piece;
      if (i === pieces.length - 1) return mark + piece;
      return meaningOf(piece, separators, charset) ?? mark + piece + mark;
    })
    .join('');
}

function meaningOf(code: string, separators: Separators, charset: Charset): string | undefined {
  switch (code) {
    case 'F':
      return separators.field;
    case 'S':
      return separators.component;
    case 'T':
      return separators.subcomponent;
    case 'R':
      return separators.repetition;
    case 'E':
      return separators.escape;
    case 'H':
    case 'N':
      return '';
    case '.br':
      return '\n';
    default:
      return /^X([0-9A-Fa-f]{2})+$/.test(code) ? decodeText(fromHex(code.slice(1)), charset) : undefined;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '|': 'F', '^': 'S', '&': 'T', '~': 'R', '\\': 'E' };

/** Text that can stand in a message with the separators `|^~\\&`; control characters, line ends among them, as hexadecimal. */
export function escape(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  return text.replaceAll(/[|^~\\&\x00-\x1f]/g, (character) => {
    const code = ESCAPES[character] ?? `X${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`;
    return `\\${code}\\`;
  });
}
