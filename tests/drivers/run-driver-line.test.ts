/** Line settings that a session asks for with its reopening: they reach whoever opens the port, and stay. */
import { expect, test } from 'vitest';
import { sealDriver, type SerialSettings, type SessionInput } from '$drivers/driver.ts';
import { ToyStation } from '../support/toy-station.ts';
import { toyDriver, type ToyMessage, type ToyQuery, type ToyState } from '../support/toy-driver.ts';

const SLOW: SerialSettings = { baudRate: 1200, dataBits: 8, parity: 'odd', stopBits: 1, rtscts: false };

test('a reopening with line settings opens with them from then on, one without leaves them', () => {
  const opened: (SerialSettings | undefined)[] = [];
  let openings = 0;
  const driver = sealDriver<ToyMessage, ToyQuery, ToyState>({
    ...toyDriver,
    step: (state, input: SessionInput<ToyMessage>) => {
      if (input.type !== 'opened') return [state, []];
      openings += 1;
      if (openings === 2) return [state, [{ type: 'reopen', why: 'Slower, please.', serial: SLOW }]];
      return openings < 4 ? [state, [{ type: 'reopen', why: 'Once more.' }]] : [state, []];
    },
  });
  const recorded = (connect: ToyStation['wire']['connect']) => (serial?: SerialSettings) => {
    opened.push(serial);
    return connect();
  };
  new ToyStation(driver, recorded).until(60_000);
  expect(opened).toEqual([undefined, undefined, SLOW, SLOW]);
});
