import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const here = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Of what lives through whole sessions, the slowest last: the first test that fails ends the run of a mutant. */
const SLOW = ['pump-channels', 'pump-rules', 'rules-at-the-bed', 'fold'];
const slowness = ({ moduleId }: TestSpecification) => SLOW.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));

class FastFirst extends BaseSequencer {
  override sort(files: TestSpecification[]) {
    return Promise.resolve(files.toSorted((a, b) => slowness(a) - slowness(b) || (a.moduleId < b.moduleId ? -1 : 1)));
  }
}

/**
 * The tests that mutants are shown to: those of the rooms themselves and of the replay, hundreds of them in a few seconds.
 * What a whole station notices in half a minute is not among them. Files share one world: the pure rooms remember nothing.
 */
export default defineConfig({
  root: here('.'),
  resolve: {
    alias: {
      $lib: here('src/lib'),
      $core: here('src/core'),
      $drivers: here('drivers'),
      $simulators: here('simulators'),
    },
  },
  test: {
    include: ['tests/{rules,alarms,bedside}/**/*.test.ts', 'tests/core/{bed-view,replay}.test.ts'],
    setupFiles: ['tests/mutation/same-chance.ts'],
    sequence: { sequencer: FastFirst },
    environment: 'node',
    isolate: false,
    testTimeout: 30_000,
  },
});
