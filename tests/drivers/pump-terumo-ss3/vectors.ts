/** The packets of the protocol note, CRC and all: never computed by the code under test. */
import { fromHex, fromLatin1 } from '$drivers/bytes.ts';
import type { OperatingStatus } from '$drivers/pump-terumo-ss3/messages.ts';

export const DEVICE_ID = '000100700000001201000001';

const HEAD = '<?xml version="1.0"?>';
const ID = `<DEVID>${DEVICE_ID}</DEVID>`;

export interface Vector {
  readonly name: string;
  readonly text: string;
  readonly crc: string;
  readonly bytes: Uint8Array;
}

const vector = (name: string, text: string, crc: string): Vector => ({
  name,
  text,
  crc,
  bytes: fromLatin1(`\u0002${text}${crc}\u0003`),
});

export const WHO = vector('question for the ID, printed', `${HEAD}<REQ><DEVID></DEVID></REQ>`, '8411');
export const IDENTITY = vector('answer with the ID, printed', `${HEAD}<REP>${ID}</REP>`, 'D38C');
export const HOW = vector('question for the status, printed', `${HEAD}<REQ>${ID}<CMD>AQEAAA==</CMD></REQ>`, 'A9A4');
export const PRINTED = vector(
  'status of a TE-SS830P, printed',
  `${HEAD}<REP>${ID}<CMD>AAEAAAAEAwAQAAAAAFUABgAAAAAAAO7u7gAAAAgCvAAD6BOZmQAAhgAAAAAAAAAAAAALAAIBAgAo////AZASAHj6AEL3` +
    'AAAAAAAAAAAAAAAARQApAAAT</CMD></REP>',
  '901D',
);
export const CONSTRUCTED = vector(
  'status, constructed',
  `${HEAD}<REP>${ID}<CMD>AQEAAAAEAxAAAAAAAFUABgAUggAG1gABXgAASwgCvAAAZA==</CMD></REP>`,
  'E09C',
);

export const VECTORS: readonly Vector[] = [WHO, IDENTITY, HOW, PRINTED, CONSTRUCTED];

/** As the note writes out the constructed command. */
export const CONSTRUCTED_COMMAND = fromHex(
  '01 01 00 00 00 04 03 10 00 00 00 00 00 55 00 06 00 14 82 00 06 D6 00 01 5E 00 00 4B 08 02 BC 00 00 64',
);

const CALM = {
  softwareVersion: 0x0403,
  alarmBytes: [0, 0, 0],
  batteryBars: 5,
  powerSource: 1,
  subBattery: 1,
  occlusionPercent: 0,
  isAlarmSounding: false,
  isKeypadLocked: false,
  isPlungerOff: false,
  syringe: 6,
  doseUnit: 0x08,
  weightKg: 70,
} as const;

/** What the note says that the printed status says. */
export const PRINTED_STATUS: Omit<OperatingStatus, 'further'> = {
  ...CALM,
  operation: 0,
  rateSetMlPerHour: 0,
  deliveredMl: 0,
  vtbiMl: 'off',
  doseRate: 0,
  dilution: 10,
};

/** An infusion as ordered: 0.5 mg/kg over 40 minutes. */
export const RUNNING: OperatingStatus = {
  ...CALM,
  operation: 1,
  rateSetMlPerHour: 52.5,
  deliveredMl: 17.5,
  vtbiMl: 35,
  doseRate: 0.75,
  dilution: 1,
  further: new Uint8Array(0),
};
