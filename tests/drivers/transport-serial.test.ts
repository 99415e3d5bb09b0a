import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { listPorts, serialConnect } from '$drivers/transport/serial.server.ts';

const settings = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false } as const;
const opening = (path: string) => firstValueFrom(serialConnect({ path, settings })());

describe('a port that does not open', () => {
  test('is missing when there is no such path', async () => {
    const sentence = 'There is no port /dev/serial/by-id/usb-nobody: is the adapter plugged in?';
    await expect(opening('/dev/serial/by-id/usb-nobody')).rejects.toMatchObject({ why: 'missing', message: sentence });
  });

  test('is no serial port when the path is a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'infuscope-test-'));
    const path = join(folder, 'file');
    writeFileSync(path, '');
    await expect(opening(path)).rejects.toMatchObject({ why: 'other', message: `${path} is not a serial port.` });
    rmSync(folder, { recursive: true });
  });
});

describe('the list of ports', () => {
  test('is a list, or a reason in plain words', async () => {
    const ports = await listPorts();
    if (ports.ok) expect(ports.value.every(({ path }) => path.startsWith('/dev/'))).toBe(true);
    else expect(ports.error.sentence).toMatch(/\.$/);
  });

  test('without udevadm says so', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    const ports = await listPorts();
    process.env['PATH'] = path;
    expect(ports).toMatchObject({ ok: false, error: { why: 'no-udevadm' } });
  });

  test('carries what USB says about an adapter, and the name that survives re-plugging', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'infuscope-test-'));
    const path = process.env['PATH'];
    writeFileSync(join(folder, 'udevadm'), FAKE_UDEVADM, { mode: 0o755 });
    process.env['PATH'] = `${folder}:${path ?? ''}`;
    const ports = await listPorts();
    process.env['PATH'] = path;
    rmSync(folder, { recursive: true });
    expect(ports).toEqual({
      ok: true,
      value: [
        {
          path: '/dev/ttyUSB0',
          stablePath: '/dev/serial/by-id/usb-FTDI_FT232R_A1-if00-port0',
          vendorId: '0403',
          productId: '6001',
          serialNumber: 'A1',
          manufacturer: 'FTDI',
        },
        { path: '/dev/ttyS0' },
      ],
    });
  });
});

/** What `udevadm info -e` prints, in its documented form; synthetic. */
const FAKE_UDEVADM = `#!/bin/sh
cat <<'END'
P: /devices/pci0000:00/usb1/1-1/ttyUSB0/tty/ttyUSB0
N: ttyUSB0
E: DEVNAME=/dev/ttyUSB0
E: DEVLINKS=/dev/serial/by-id/usb-FTDI_FT232R_A1-if00-port0 /dev/serial/by-path/pci-1
E: ID_VENDOR_ENC=FTDI
E: ID_VENDOR_ID=0403
E: ID_MODEL_ID=6001
E: ID_SERIAL_SHORT=A1

P: /devices/platform/serial8250/tty/ttyS0
N: ttyS0
E: DEVNAME=/dev/ttyS0

END
`;
