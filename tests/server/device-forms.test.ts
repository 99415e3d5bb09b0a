import { describe, expect, test } from 'vitest';
import { newDevice } from '$lib/server/device-forms.ts';

function submitted(fields: Readonly<Record<string, string>>) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return newDevice(data, new Set(['bed-1-masimo']))?.device;
}

describe('the form for a new device', () => {
  const common = { bed: 'bed-1', driver: 'masimo', path: '/dev/ttyUSB0', address: '10.0.0.7:4001' };

  test.each([
    ['serial', { serial: '/dev/ttyUSB0' }],
    ['tcp', { tcp: '10.0.0.7:4001' }],
    ['udp', { udp: '10.0.0.7:4001' }],
  ])('asks for a link over %s', (link, expected) => {
    expect(submitted({ ...common, link })).toEqual({ id: 'bed-1-masimo-2', driver: 'masimo', link: expected });
  });

  test('gives the line settings that differ from the driver’s, and those alone', () => {
    const device = submitted({ ...common, link: 'serial', baudRate: '19200', parity: 'odd', rtscts: '', dataBits: '' });
    expect(device?.link).toEqual({ serial: '/dev/ttyUSB0', settings: { baudRate: 19_200, parity: 'odd' } });
  });

  test.each([{ link: 'usb' }, { link: 'udp', address: ' ' }, { link: 'serial', path: '' }])(
    'lacks something: %j',
    (fields) => {
      expect(submitted({ ...common, ...fields })).toBeUndefined();
    },
  );
});
