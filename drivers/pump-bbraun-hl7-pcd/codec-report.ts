/**
 * The rows of a report → pumps and alarms.
 *
 *   OBX-4 is a path, MDS.VMD.channel.metric. Rows of one MDS are one device; where several VMDs of it are pumps, or say what flows,
 *   each is a pump of its own, and the rows of the device itself are theirs together.
 *
 * A row without a value, or marked as no result (X), deleted (D) or wrong (W), says only that it is there.
 */
import { at, subcomponents, type Hl7Message, type Segment } from '../hl7/message.ts';
import type { AlarmReport, Header, Identity, Profile, PumpReport, Report, Row } from './messages.ts';
import { isKnown, numberOfName, PUMP_TYPES, TERMS, unitOf } from './terms.ts';
import { timeOf } from './times.ts';

type Body = Pick<Report, 'pumps' | 'alarms' | 'unread'>;

/** A row with its place. */
interface Placed {
  readonly row: Row;
  readonly mds: string;
  readonly vmd: string;
  readonly label: string;
  readonly hasValue: boolean;
}

/** What stands behind one OBR. */
interface Group {
  readonly obr: Segment | undefined;
  readonly rows: readonly Placed[];
}

const MOST_UNREAD = 16;
const LONGEST_TEXT = 80;

export function readBody(message: Hl7Message, header: Header, profile: Profile): Body {
  const unread: string[] = [];
  const groups = groupsOf(message.segments, unread);
  const station = (header.application[1] ?? '') || (header.application[0] ?? '');
  const bodies = groups.map((group) =>
    profile === 'pcd-04'
      ? { alarms: alarmsOf(group, station, header), pumps: [] }
      : { alarms: [], pumps: pumpsOf(group, station, header) },
  );
  return {
    pumps: bodies.flatMap(({ pumps }) => pumps),
    alarms: bodies.flatMap(({ alarms }) => alarms),
    unread: [...new Set(unread)].slice(0, MOST_UNREAD),
  };
}

function groupsOf(segments: readonly Segment[], unread: string[]): readonly Group[] {
  const groups: { obr: Segment | undefined; rows: Placed[] }[] = [];
  for (const segment of segments) {
    if (segment.name === 'OBR') groups.push({ obr: segment, rows: [] });
    if (segment.name !== 'OBX') continue;
    const placed = placedRow(segment);
    if (!placed || !isKnown(placed.row.number)) unread.push(termText(segment));
    if (!placed) continue;
    const group = groups.at(-1);
    if (group) group.rows.push(placed);
    else groups.push({ obr: undefined, rows: [placed] });
  }
  return groups;
}

const termText = (segment: Segment): string =>
  `${at(segment, 3)} ${at(segment, 3, 2)}`.trim().slice(0, LONGEST_TEXT) || 'a row without a term';

const NO_RESULT: ReadonlySet<string> = new Set(['X', 'D', 'W', 'N']);

function placedRow(segment: Segment): Placed | undefined {
  const name = at(segment, 3, 2);
  const code = at(segment, 3);
  const number = /^[1-9]\d{0,8}$/.test(code) ? Number(code) : numberOfName(name);
  if (number === undefined) return undefined;
  const [mds = '', vmd = ''] = at(segment, 4).split('.');
  const value = [1, 2, 3].map((n) => at(segment, 5, n).trim());
  const hasValue = value.some((text) => text !== '') && !NO_RESULT.has(at(segment, 11));
  const label = at(segment, 18).trim();
  return { row: { number, name, value, ...unitIn(segment) }, mds, vmd, label, hasValue };
}

/** `265266^MDC_DIM_…^MDC^mL/h^mL/h^UCUM`, or `mL/h^mL/h^UCUM`. */
function unitIn(segment: Segment): Pick<Row, 'unit' | 'unitText'> {
  const [first, second, , fourth] = [1, 2, 3, 4].map((n) => at(segment, 6, n));
  const ucum = at(segment, 6, 3) === 'UCUM' ? first : at(segment, 6, 6) === 'UCUM' ? fourth : '';
  const unit = unitOf(first ?? '', ucum ?? '');
  return {
    unit,
    unitText: [first, second]
      .filter((text) => text)
      .join(' ')
      .slice(0, LONGEST_TEXT),
  };
}

function pumpsOf({ obr, rows }: Group, station: string, header: Header): readonly PumpReport[] {
  const time = timeIn(obr, header);
  const orderedDrug = drugIn(obr);
  return [...byMds(rows).values()].flatMap((own) => {
    const label = own.find((placed) => placed.label !== '')?.label ?? '';
    return unitsOf(own).flatMap(([unit, ofUnit]): PumpReport[] => {
      const { table, doubled } = tableOf(ofUnit);
      const ownLabel = ofUnit.find((placed) => placed.vmd === unit && placed.label !== '')?.label ?? label;
      const system = table.get(TERMS.systemId)?.value[0] ?? '';
      const who: Identity = { station, label: ownLabel, system, unit };
      return label === '' && system === '' ? [] : [{ who, time, rows: table, orderedDrug, doubled }];
    });
  });
}

function byMds(rows: readonly Placed[]): ReadonlyMap<string, readonly Placed[]> {
  const devices = new Map<string, Placed[]>();
  for (const placed of rows) {
    const own = devices.get(placed.mds);
    if (own) own.push(placed);
    else devices.set(placed.mds, [placed]);
  }
  return devices;
}

/** Terms that say what a pump does: a VMD with one of them is a pump. */
const PUMPING: ReadonlySet<number> = new Set([
  TERMS.infusingStatus,
  TERMS.deliveryStatus,
  TERMS.pumpStat,
  TERMS.flowCurrent,
  TERMS.flowSet,
]);

/** The pumps of one device: it as a whole, or each VMD that is a pump where there are several. */
function unitsOf(rows: readonly Placed[]): readonly (readonly [unit: string, rows: readonly Placed[]])[] {
  const isPump = ({ row, hasValue }: Placed): boolean => PUMPING.has(row.number) && hasValue;
  const units = [...new Set(rows.filter(isPump).map(({ vmd }) => vmd))];
  if (units.length < 2) return [['', rows]];
  const shared = rows.filter(({ vmd }) => !units.includes(vmd));
  return units.map((unit) => [unit, [...rows.filter(({ vmd }) => vmd === unit), ...shared]]);
}

function tableOf(rows: readonly Placed[]): { readonly table: ReadonlyMap<number, Row>; readonly doubled: string[] } {
  const table = new Map<number, Row>();
  const doubled: string[] = [];
  for (const { row, hasValue } of rows) {
    if (!hasValue && !PUMP_TYPES.has(row.number)) continue;
    const before = table.get(row.number);
    if (!before) table.set(row.number, row);
    else if (before.value.join('^') !== row.value.join('^')) doubled.push(row.name);
  }
  return { table, doubled: [...new Set(doubled)] };
}

const timeIn = (obr: Segment | undefined, { time }: Header): number | undefined => (obr && timeOf(at(obr, 7))) ?? time;

const NO_DRUG = '999999';

function drugIn(obr: Segment | undefined): string | undefined {
  const [code, name] = obr ? [at(obr, 4), at(obr, 4, 2).trim()] : ['', ''];
  return code === NO_DRUG || name === '' || name.startsWith('MDC_') ? undefined : name.slice(0, LONGEST_TEXT);
}

/** One alarm to an OBR: `<label>_<uuid>_<n>_<seq>` in OBR-3, and in OBR-29 the OBR-3 of its start. */
function alarmsOf({ obr, rows }: Group, station: string, header: Header): readonly AlarmReport[] {
  const valued = rows.filter(({ hasValue }) => hasValue);
  const { table } = tableOf(valued);
  const word = (term: number): string => {
    const [first = '', second = ''] = table.get(term)?.value ?? [];
    return first || second;
  };
  const filler = obr ? at(obr, 3).trim() : '';
  const inFiller = filler.includes('_') ? filler.slice(0, filler.indexOf('_')) : '';
  const label = rows.find((placed) => placed.label !== '')?.label ?? inFiller;
  const system = table.get(TERMS.systemId)?.value[0] ?? '';
  if (label === '' && system === '') return [];
  const [code = '', name = ''] = table.get(TERMS.alarm)?.value ?? [];
  const isEnd = word(TERMS.alarmPhase) === 'end' || word(TERMS.alarmState) === 'inactive';
  return [
    {
      who: { station, label, system, unit: '' },
      time: timeIn(obr, header),
      id: ((obr && subcomponents(obr, 29, 2)[0]) || filler || header.controlId).slice(0, 200),
      phase: isEnd ? 'end' : word(TERMS.alarmPhase) === 'start' ? 'start' : 'update',
      code: /^[1-9]\d{0,8}$/.test(code) ? Number(code) : undefined,
      name: name.slice(0, LONGEST_TEXT),
      text: word(TERMS.alarmText).slice(0, LONGEST_TEXT),
      priority: word(TERMS.alarmPriority),
    },
  ];
}
