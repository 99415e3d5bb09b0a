import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1 } from '$drivers/bytes.ts';
import { decode, encode } from '$drivers/pump-bbraun-hl7-pcd/codec.ts';
import { MAY_SEND } from '$drivers/pump-bbraun-hl7-pcd/guard.ts';
import { describe as describeMessage } from '$drivers/pump-bbraun-hl7-pcd/describe.ts';
import type { Header, Query } from '$drivers/pump-bbraun-hl7-pcd/messages.ts';
import { TERMS } from '$drivers/pump-bbraun-hl7-pcd/terms.ts';
import { timeOf, timeText } from '$drivers/pump-bbraun-hl7-pcd/times.ts';
import { alarm, answerIn, EPOCH, hl7, NOTE, report, reportIn, row, STATION, SYSTEM } from './vectors.ts';

const noted = (change: (lines: string[]) => void): Uint8Array => {
  const lines = [...NOTE];
  change(lines);
  return hl7(lines);
};
const header = (field: number, text: string): Uint8Array =>
  noted((lines) => {
    const fields = (lines[0] ?? '').split('|');
    fields[field - 1] = text;
    lines[0] = fields.join('|');
  });

describe('the message of the note', () => {
  test.each(['\r', '\n', '\r\n'])('is read, whatever ends its lines (%j)', (end) => {
    const { profile, header: head, pumps, alarms, unread, rejection } = reportIn(hl7(NOTE, end));
    expect({ profile, alarms, unread, rejection }).toEqual({
      profile: 'pcd-01',
      alarms: [],
      unread: [],
      rejection: undefined,
    });
    expect(head).toEqual({
      application: ['PAT_DEVICE_BBRAUN', STATION, 'EUI-64'],
      facility: ['BBRAUN', '', ''],
      event: 'R01',
      controlId: '63900000000000000001',
      time: EPOCH,
    });
    expect(pumps).toHaveLength(1);
    expect(pumps[0]).toMatchObject({
      who: { station: STATION, label: 'P51559', system: SYSTEM, unit: '' },
      time: EPOCH,
      orderedDrug: 'Ketamine',
      doubled: [],
    });
  });

  test.each([
    ['flowCurrent', '52.5', 'mL/h'],
    ['flowSet', '52.5', 'mL/h'],
    ['concentration', '1', 'mg/mL'],
    ['vtbi', '35', 'mL'],
    ['volumeRemaining', '17.5', 'mL'],
    ['volumeTotal', '17.5', 'mL'],
    ['timeRemaining', '1200', 's'],
    ['weight', '70', 'kg'],
  ] as const)('%s is %s %s', (term, value, unit) => {
    const { rows } = reportIn(hl7(NOTE)).pumps[0] ?? expect.unreachable();
    expect(rows.get(TERMS[term])).toMatchObject({ value: [value, '', ''], unit });
  });

  test('has one useful line for people', () => {
    const decoded = decode(hl7(NOTE));
    expect(decoded.ok && describeMessage(decoded.message)).toBe(
      'PCD-01 63900000000000000001: P51559 at station 0012211839000001, pump-delivery-status-delivering, ' +
        'pump-status-infusing, rate 52.5 mL/h, set 52.5 mL/h, infused 17.5 mL, Ketamine',
    );
  });
});

describe('a row', () => {
  const rowsOf = (...rows: string[]) => reportIn(report({ at: 0, rows })).pumps[0]?.rows ?? expect.unreachable();

  test('is known by its number, whatever its name; by its name where the number is 0', () => {
    expect(rowsOf('158014^MDC_SOMETHING^MDC|1.1.1.2|7|265266').get(TERMS.flowCurrent)?.value[0]).toBe('7');
    expect(rowsOf('0^MDC_FLOW_FLUID_PUMP_CURRENT^MDC|1.1.1.2|7|265266').get(TERMS.flowCurrent)?.value[0]).toBe('7');
  });

  test('with a number that one generated list has for the rate is not the rate', () => {
    const { pumps, unread } = reportIn(report({ at: 0, rows: ['157985^MDC_FLOW_FLUID_PUMP^MDC|1.1.1.2|7|265266'] }));
    expect(pumps[0]?.rows.has(TERMS.flowSet)).toBe(false);
    expect(unread).toEqual(['157985 MDC_FLOW_FLUID_PUMP']);
  });

  test.each([
    ['265266^^MDC', 'mL/h'],
    ['265266^^MDC^mL/h^mL/h^UCUM', 'mL/h'],
    ['mL/h^mL/h^UCUM', 'mL/h'],
    ['0^^MDC^ug/kg/min^x^UCUM', 'ug/kg/min'],
    ['265266^^MDC^mg/h^mg/h^UCUM', undefined],
    ['265267^^MDC', undefined],
    ['furlong^furlong^UCUM', undefined],
    ['', undefined],
  ])('in the unit %s is in %s', (unit, known) => {
    expect(rowsOf(`158014^X^MDC|1.1.1.2|7|${unit}`).get(TERMS.flowCurrent)?.unit).toBe(known);
  });

  test('without a value, or marked as no result, is only there', () => {
    const line = row('158014^X^MDC|1.1.1.2|7|265266').replace(/R$/, 'X');
    const message = concatBytes(report({ at: 0, rows: [] }), fromLatin1(`${line}\r`));
    expect(reportIn(message).pumps[0]?.rows.has(TERMS.flowCurrent)).toBe(false);
  });

  test('that comes twice with another value is named, and the first is taken', () => {
    const rows = ['157784^SET^MDC|1.1.2.5|7|265266', '157784^SET^MDC|1.1.3.5|9|265266'];
    const [pump] = reportIn(report({ at: 0, rows })).pumps;
    expect(pump?.rows.get(TERMS.flowSet)?.value[0]).toBe('7');
    expect(pump?.doubled).toEqual(['SET']);
  });

  test('in Latin letters beyond ASCII is read, though the header says ASCII', () => {
    const text = (bytes: readonly number[]) =>
      reportIn(
        concatBytes(
          report({ at: 0, rows: [] }),
          fromLatin1('OBX|1|ST|184514^X^MDC|1.1.2.2|'),
          Uint8Array.from(bytes),
          fromLatin1('||||||R\r'),
        ),
      ).pumps[0]?.rows.get(TERMS.drugLabel)?.value[0];
    expect(text([0x4b, 0xe9, 0x74])).toBe('Két');
    expect(text([0x4b, 0xc3, 0xa9, 0x74])).toBe('Két');
  });
});

describe('pumps of one message', () => {
  test('each behind its own OBR are each a pump', () => {
    const two = [
      ...NOTE,
      ...NOTE.slice(2).map((line) => line.replace('P51559', 'I51560').replace('555555555555', '555555555556')),
    ];
    expect(reportIn(hl7(two)).pumps.map(({ who }) => [who.label, who.system.at(-1)])).toEqual([
      ['P51559', '5'],
      ['I51560', '6'],
    ]);
  });

  test('in one device are several where several units say what flows', () => {
    const rows = ['158014^F^MDC|1.1.1.2|5|265266', '158014^F^MDC|1.2.1.2|6|265266', '67880^MODEL^MDC|1.0.0.8|Frame|'];
    const { pumps } = reportIn(report({ at: 0, rows }));
    expect(
      pumps.map(({ who, rows: own }) => [who.unit, own.get(TERMS.flowCurrent)?.value[0], own.has(TERMS.model)]),
    ).toEqual([
      ['1', '5', true],
      ['2', '6', true],
    ]);
  });

  test('carry an order without a known drug', () => {
    expect(reportIn(report({ at: 0, obr4: '999999^Unknown medication' })).pumps[0]?.orderedDrug).toBeUndefined();
  });
});

describe('an alarm', () => {
  test('is a start by its own id, and an end by the id of its start', () => {
    expect(reportIn(alarm({ at: 0, phase: 'start', seq: 4 })).alarms).toEqual([
      {
        who: { station: STATION, label: '51559', system: '', unit: '' },
        time: EPOCH,
        id: '51559_aaaa_1_4',
        phase: 'start',
        code: 196670,
        name: 'MDC_EVT_PUMP_GENERAL_ALARM',
        text: 'Occlusion Downstream',
        priority: 'PH',
      },
    ]);
    expect(reportIn(alarm({ at: 0, phase: 'end', seq: 9, of: 4 })).alarms).toMatchObject([
      { id: '51559_aaaa_1_4', phase: 'end' },
    ]);
  });

  test('of a pump that only OBR-3 names is that pump’s', () => {
    const lines = new TextDecoder()
      .decode(alarm({ at: 0, phase: 'start' }))
      .split('\r')
      .filter((line) => !line.includes('70053'));
    expect(reportIn(hl7(lines.slice(0, -1))).alarms[0]?.who.label).toBe('51559');
  });

  test('has one useful line for people', () => {
    const decoded = decode(alarm({ at: 0, phase: 'update', id: 'A1' }));
    expect(decoded.ok && describeMessage(decoded.message)).toBe(
      'PCD-04 A1: 51559 at station 0012211839000001, alarm update: Occlusion Downstream',
    );
  });
});

describe('the profile', () => {
  test.each([
    ['ORU^R01^ORU_R01', 'IHE_PCD_001', 'pcd-01'],
    ['ORU^R01^ORU_R01', '', 'pcd-01'],
    ['ORU^R01^ORU_R01', 'IHE_PCD_015^IHE PCD', 'pcd-15'],
    ['ORU^R01', 'X^Y^1.3.6.1.4.1.19376.1.6.4.15^ISO', 'pcd-15'],
    ['ORU^R01', 'X^Y^1.3.6.1.4.1.19376.1.6.4.1^ISO', 'pcd-01'],
    ['ORU^R42^ORU_R01', 'IHE_PCD_010', 'pcd-10'],
  ])('of %s with %s is %s', (type, profile, known) =>
    expect(reportIn(report({ at: 0, type, profile })).profile).toBe(known),
  );
});

describe('a message that is not taken', () => {
  test.each([
    ['no id', header(10, ''), 'AR', 101],
    ['an id of other letters', header(10, 'é'), 'AR', 102],
    ['an id without an end', header(10, 'x'.repeat(200)), 'AR', 102],
    ['another type', header(9, 'ADT^A01'), 'AR', 200],
    ['an order for a pump', header(9, 'RGV^O15^RGV_O15'), 'AR', 200],
    ['another event', header(9, 'ORU^R03'), 'AR', 201],
    ['a training', header(11, 'T'), 'AR', 202],
    ['another HL7', header(12, '3.0'), 'AR', 203],
    ['no rows', hl7(NOTE.slice(0, 3)), 'AE', 100],
    ['no pump', report({ at: 0, label: '', system: '' }), 'AE', 101],
    ['more lines than any', hl7([...NOTE, ...Array.from({ length: 4000 }, () => 'OBX|1')]), 'AR', 207],
    [
      'more pumps than any',
      hl7([...NOTE, ...Array.from({ length: 200 }, (_, i) => `OBR|1\rOBX|1||67972^A|1.1|s${i}`)]),
      'AR',
      207,
    ],
  ])('for %s is answered with the reason', (_, bytes, code, condition) => {
    const read = reportIn(bytes);
    expect(read.rejection).toMatchObject({ code, condition });
    expect(read.pumps).toEqual([]);
    const decoded = decode(bytes);
    expect(decoded.ok && describeMessage(decoded.message)).toContain('not taken');
  });

  test.each([
    ['', 'too-short'],
    ['MSH', 'too-short'],
    ['PID|||x', 'malformed'],
    ['MSH|\x00|', 'malformed'],
  ])('for its header is undecodable: %j', (text, why) =>
    expect(decode(fromLatin1(text))).toMatchObject({ ok: false, why }),
  );

  test('in UTF-16 is undecodable, not guessed at', () => {
    const bytes = Uint8Array.from([...hl7(NOTE)].flatMap((byte) => [byte, 0]));
    expect(decode(bytes).ok).toBe(false);
  });
});

test('a hostile message of the greatest length is read in good time', () => {
  const costly = [
    Array.from({ length: 3900 }, (_, i) => `OBX|1||158014^A|${i}.1|7|265266`),
    ['OBX|1||' + '^'.repeat(250_000)],
    ['OBX|1||158014|1|' + '\\F\\'.repeat(80_000)],
    Array.from({ length: 43_000 }, () => 'OBX|1'),
  ];
  for (const lines of costly) {
    const before = performance.now();
    decode(hl7([...NOTE, ...lines]));
    expect(performance.now() - before).toBeLessThan(1000);
  }
});

describe('the same message', () => {
  test('has the same digest when its header is made anew, and another when anything else differs', () => {
    const one = reportIn(report({ at: 0, id: 'A' })).digest;
    expect(reportIn(report({ at: 0, sentAt: 10_000, id: 'B' })).digest).toBe(one);
    expect(reportIn(report({ at: 1000, id: 'A' })).digest).not.toBe(one);
  });
});

const HEADER: Header = {
  application: ['PAT_DEVICE_BBRAUN', STATION, 'EUI-64'],
  facility: ['BBRAUN', '', ''],
  event: 'R40',
  controlId: '63900000000000000001',
  time: EPOCH,
};
const query = (change: Partial<Query> = {}): Query => ({
  ...{ kind: 'acknowledge', connection: 7, number: 5, wallTime: EPOCH, header: HEADER },
  ...change,
});

describe('an acknowledgement', () => {
  test('goes to the connection of its message and names it', () => {
    expect(answerIn(encode(query()))).toEqual({
      connection: 7,
      lines: [
        `MSH|^~\\&|INFUSCOPE||PAT_DEVICE_BBRAUN^${STATION}^EUI-64|BBRAUN|20260301101500+0000||ACK^R40^ACK|${EPOCH}000005|P|2.6`,
        'MSA|AA|63900000000000000001',
      ],
    });
  });

  test('of a message that is not taken says why, twice', () => {
    const rejection = { code: 'AE', condition: 101, text: 'no pump | none' } as const;
    expect(answerIn(encode(query({ rejection }))).lines.slice(1)).toEqual([
      'MSA|AE|63900000000000000001|no pump \\F\\ none',
      'ERR|||101^Required field missing^HL70357|E||||no pump \\F\\ none',
    ]);
  });

  test('passes the guard whatever the sender calls itself', () => {
    const nasty = ['|^~\\&'.repeat(80), 'é\r\n\x0b\x1c\x00', '{}~^&\\|'.repeat(90)];
    for (const text of nasty) {
      const head = { ...HEADER, application: [text, text, text], facility: [text], controlId: text, event: text };
      for (const rejection of [undefined, { code: 'AR', condition: 207, text } as const]) {
        const frame = encode(query({ header: head, ...(rejection && { rejection }) }));
        expect(
          MAY_SEND.some((pattern) => pattern.matches(frame)),
          text,
        ).toBe(true);
      }
    }
  });
});

describe('times', () => {
  test.each([
    ['20260301101500+0000', EPOCH],
    ['20260301111500+0100', EPOCH],
    ['20260301044500-0530', EPOCH],
    ['202603011015', EPOCH],
    ['20260301101500.25+0000', EPOCH + 250],
    ['20260301', undefined],
    ['20260231101500', undefined],
    ['20260301251500', undefined],
    ['', undefined],
    ['yesterday', undefined],
  ])('%s', (text, time) => expect(timeOf(text)).toBe(time));

  test('are written as they are read', () => expect(timeOf(timeText(EPOCH + 1000))).toBe(EPOCH + 1000));
});
