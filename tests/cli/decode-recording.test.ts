import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { decodeCommand } from '../../src/cli/decode.ts';

const demo = fileURLToPath(new URL('../fixtures/vital/test_data_demo.vital', import.meta.url));

test('a recording is decoded to its observations at its own times, and a summary', async () => {
  const lines: string[] = [];
  const output = vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const exit = await decodeCommand.run(['--driver', 'file-replay', '--no-waves', demo]);
  output.mockRestore();
  const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(exit).toBe(0);
  expect(told.filter(({ kind }) => kind === 'numerics').map(({ at }) => at)).toHaveLength(35);
  expect(told[0]).toMatchObject({ kind: 'numerics', at: 2464, values: { heartRate: { value: 60 } } });
  expect(told.at(-1)).toMatchObject({
    summary: {
      driver: 'file-replay',
      frameKinds: { begins: 1, piece: 2, ends: 1, complete: 1 },
      remarks: [
        'Recording test_data_demo.vital, 0:37 long. Not shown: Intellivue/HR tells HR as Intellivue/ECG_HR does.',
        'Recorded at 0:20: Start ventilator settings',
        'Recorded at 0:21: Vent Setting 1',
        'Recorded at 0:23: Vent Setting 2',
        'Recorded at 0:26: Vent Setting 2',
        'The recording has ended.',
      ],
    },
  });
});
