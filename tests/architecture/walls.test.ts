/**
 * The walls of `.dependency-cruiser.cjs` must fire. A house of one-line files is written to a temporary folder, in which some
 * imports break one wall each and others are allowed; the real configuration judges them all in one run.
 */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

type Import = readonly [file: string, imported: string];

/** Files that the imports below lead to. */
const HOUSE = [
  'src/lib/domain/index.ts',
  'src/lib/rules/index.ts',
  'src/lib/alarms/index.ts',
  'src/lib/bedside/index.ts',
  'src/lib/recording/block.ts',
  'src/lib/store/store.ts',
  'src/lib/server/access.ts',
  'src/lib/client/beds.svelte.ts',
  'src/lib/components/Readout.svelte',
  'src/core/beds.ts',
  'drivers/driver.ts',
  'drivers/run-driver.ts',
  'drivers/registry.ts',
  'drivers/meter/framing.ts',
  'drivers/meter/codec.ts',
  'drivers/meter/session.ts',
  'drivers/meter/index.ts',
  'drivers/hl7/message.ts',
  'drivers/ascii-line.ts',
  'drivers/listening.ts',
  'drivers/pump/codec.ts',
  'simulators/patient/patient.ts',
  'tests/support/help.ts',
];

/** Wall → imports that break it, each in a file of its own. */
const BREACHES: Readonly<Record<string, readonly Import[]>> = {
  'no-unresolvable': [
    ['src/core/misspelt-alias.ts', '$lib/domian/index.ts'],
    ['src/core/unknown-alias.ts', '$server/access.ts'],
    ['src/core/missing-file.ts', './nowhere.ts'],
    ['src/routes/misspelt-kit-module.ts', '$app/navigator'],
  ],
  'no-import-of-tests': [['src/core/uses-test-help.ts', '../../tests/support/help.ts']],
  'node-only-at-the-edge': [
    ['src/lib/rules/reads-disk.ts', 'node:fs'],
    ['src/lib/store/unmarked.ts', 'node:fs'],
    ['drivers/transport/unmarked.ts', 'node:net'],
    ['drivers/meter/old-spelling.ts', 'fs'],
    ['simulators/patient/rolls-dice.ts', 'node:crypto'],
  ],
  'package-unlisted': [
    ['src/lib/domain/tests-itself.ts', 'vitest'],
    ['drivers/transport/link.server.ts', 'ws'],
  ],
  'package-serialport': [['drivers/transport/second.server.ts', 'serialport']],
  'package-socket.io': [
    ['src/core/listens.ts', 'socket.io'],
    ['drivers/transport/another.server.ts', 'socket.io'],
  ],
  'package-socket.io-client': [
    ['src/lib/components/connects.ts', 'socket.io-client'],
    ['simulators/another.server.ts', 'socket.io-client'],
  ],
  'package-@photostructure/sqlite': [['src/lib/store/second.server.ts', '@photostructure/sqlite']],
  'package-uplot': [['src/lib/components/draws.ts', 'uplot']],
  'package-rxjs': [
    ['src/lib/rules/streams.ts', 'rxjs'],
    ['drivers/meter/streams.ts', 'rxjs'],
    ['drivers/checksum.ts', 'rxjs'],
  ],
  'package-zod': [['src/lib/alarms/validates.ts', 'zod']],
  'wall-domain': [['src/lib/domain/knows-rules.ts', '$lib/rules/index.ts']],
  'wall-rules': [['src/lib/rules/knows-alarms.ts', '$lib/alarms/index.ts']],
  'wall-alarms': [['src/lib/alarms/knows-rules.ts', '../rules/index.ts']],
  'wall-bedside': [['src/lib/bedside/knows-store.ts', '$lib/store/store.ts']],
  'wall-recording': [['src/lib/recording/knows-store.ts', '$lib/store/store.ts']],
  'wall-store': [['src/lib/store/knows-bedside.ts', '$lib/bedside/index.ts']],
  'wall-client': [['src/lib/client/knows-server.ts', '$lib/server/access.ts']],
  'wall-components': [['src/lib/components/KnowsStore.svelte', '$lib/store/store.ts']],
  'wall-server': [
    ['src/lib/server/knows-core.ts', '$core/beds.ts'],
    ['src/lib/server/knows-screen.ts', '$lib/client/beds.svelte.ts'],
  ],
  'wall-core': [
    ['src/core/knows-server.ts', '$lib/server/access.ts'],
    ['src/core/passes-the-registry.ts', '$drivers/meter/index.ts'],
  ],
  'wall-pages': [
    ['src/routes/+page.svelte', '$lib/server/access.ts'],
    ['src/routes/+layout.svelte', '$core/beds.ts'],
  ],
  'wall-server-routes': [['src/routes/+page.server.ts', '$core/beds.ts']],
  'wall-driver-contract': [['drivers/bytes.ts', './run-driver.ts']],
  'wall-driver': [
    ['drivers/meter/knows-another.ts', '../pump/codec.ts'],
    ['drivers/meter/knows-runner.ts', '$drivers/run-driver.ts'],
    ['drivers/meter/knows-links.ts', '$drivers/link.ts'],
    ['drivers/hl7/knows-a-device.ts', '$drivers/meter/codec.ts'],
    ['drivers/meter/knows-simulator.ts', '$simulators/patient/patient.ts'],
  ],
  'wall-transport': [['drivers/transport/knows-protocol.ts', '$drivers/meter/codec.ts']],
  'wall-simulator': [
    ['simulators/devices/meter/knows-session.ts', '$drivers/meter/session.ts'],
    ['simulators/devices/meter/knows-listening.ts', '$drivers/listening.ts'],
    ['simulators/devices/meter/knows-another.ts', '$drivers/pump/codec.ts'],
    ['simulators/patient/knows-bedside.ts', '$lib/bedside/index.ts'],
  ],
};

const ALLOWED: readonly Import[] = [
  ['src/lib/rules/spo2.ts', '$lib/domain/index.ts'],
  ['src/lib/bedside/step.ts', '$lib/alarms/index.ts'],
  ['src/lib/store/sqlite.server.ts', '@photostructure/sqlite'],
  ['src/lib/server/gateway.ts', 'node:http'],
  ['src/lib/charts/trend.ts', 'uplot'],
  ['src/lib/charts/look.ts', 'uplot/dist/uPlot.min.css'],
  ['src/core/acquisition.ts', '$drivers/registry.ts'],
  ['src/routes/bed/+page.svelte', '$lib/components/Readout.svelte'],
  ['src/routes/bed/+page.ts', '$app/navigation'],
  ['src/routes/bed/+page.server.ts', './$types'],
  ['src/hooks.server.ts', '$lib/server/access.ts'],
  ['drivers/transport/serial.server.ts', 'serialport'],
  ['drivers/transport/tcp.server.ts', 'node:net'],
  ['drivers/transport/vital-recorder.server.ts', 'socket.io'],
  ['simulators/vital-recorder.server.ts', 'socket.io-client'],
  ['drivers/transport/memory.ts', '../link.ts'],
  ['drivers/link.ts', 'rxjs'],
  ['drivers/meter/observations.ts', './codec.ts'],
  ['drivers/meter/speaks-hl7.ts', '$drivers/hl7/message.ts'],
  ['drivers/meter/reads-lines.ts', '$drivers/ascii-line.ts'],
  ['drivers/meter/listens.ts', '$drivers/listening.ts'],
  ['simulators/devices/meter/device.ts', '$drivers/meter/framing.ts'],
  ['simulators/devices/meter/speaks-hl7.ts', '$drivers/hl7/message.ts'],
  ['simulators/devices/meter/prints-lines.ts', '$drivers/ascii-line.ts'],
  ['simulators/run-simulator.ts', 'node:net'],
  ['tests/drivers/meter/session.test.ts', '$drivers/meter/session.ts'],
];

/** Two files each, of which either alone would be allowed. */
const PAIRS: Readonly<Record<string, readonly Import[]>> = {
  'no-cycle': [
    ['src/lib/domain/hen.ts', '$lib/domain/egg.ts'],
    ['src/lib/domain/egg.ts', './hen.ts'],
  ],
  'sole-importer-socket.io': [
    ['src/lib/server/one.ts', 'socket.io'],
    ['src/lib/server/two.ts', 'socket.io'],
  ],
  'sole-importer-socket.io-client': [
    ['src/lib/client/one.ts', 'socket.io-client'],
    ['src/lib/client/two.ts', 'socket.io-client'],
  ],
};

const Report = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
  modules: z.array(z.object({ source: z.string(), dependencies: z.array(z.object({ resolved: z.string() })) })),
});
type Report = z.infer<typeof Report>;

const repository = resolve(import.meta.dirname, '../..');

function cruise(root: string, rooms: readonly string[]): Promise<Report> {
  const cruiser = join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const config = join(repository, '.dependency-cruiser.cjs');
  const args = [cruiser, '--config', config, '--output-type', 'json', ...rooms];
  return new Promise((done, failed) => {
    // The exit code is the number of violations; whether the run itself worked shows in the report being one.
    execFile(process.execPath, args, { cwd: root, maxBuffer: 2 ** 26 }, (_, stdout, stderr) => {
      const report = stdout.startsWith('{') ? Report.parse(JSON.parse(stdout)) : undefined;
      if (report) done(report);
      else failed(new Error(`the cruiser gave no report: ${stdout}${stderr}`));
    });
  });
}

function write(root: string, file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

/** Components import by name and use it in their markup only: the import that a careless transpiler drops. */
const sourceOf = ([file, imported]: Import): string =>
  file.endsWith('.svelte')
    ? `<script lang="ts">\n  import thing from '${imported}';\n</script>\n{thing}\n`
    : `import '${imported}';\n`;

function build(root: string): void {
  for (const file of HOUSE) write(root, file, file.endsWith('.svelte') ? '<p>1</p>\n' : 'export const one = 1;\n');
  const imports = [...Object.values(BREACHES).flat(), ...ALLOWED, ...Object.values(PAIRS).flat()];
  for (const entry of imports) write(root, entry[0], sourceOf(entry));
  write(root, 'src/lib/domain/type-only.ts', "export type { one } from '$lib/rules/index.ts';\n");
  for (const file of ['package.json', 'tsconfig.walls.json']) copyFileSync(join(repository, file), join(root, file));
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
}

describe('the walls', () => {
  const root = mkdtempSync(join(tmpdir(), 'infuscope-walls-'));
  let report: Report;
  const firedAt = (file: string) => report.summary.violations.filter((v) => v.from === file).map((v) => v.rule.name);

  beforeAll(async () => {
    build(root);
    report = await cruise(root, ['src', 'drivers', 'simulators', 'tests']);
  }, 60_000);
  afterAll(() => rmSync(root, { recursive: true }));

  for (const [wall, imports] of Object.entries(BREACHES)) {
    test.each(imports)(`${wall} stops %s from importing %s`, (file) => {
      expect(firedAt(file)).toContain(wall);
    });
  }

  test.each(Object.keys(PAIRS))('%s stops two files that are harmless alone', (wall) => {
    expect(report.summary.violations.map((v) => v.rule.name)).toContain(wall);
  });

  test('an import of types only is an import', () => {
    expect(firedAt('src/lib/domain/type-only.ts')).toContain('wall-domain');
  });

  test.each(ALLOWED)('%s may import %s', (file) => {
    expect(report.modules.map((m) => m.source)).toContain(file);
    expect(firedAt(file)).toEqual([]);
  });
});

test('the walls see through the aliases of the real house', { timeout: 60_000 }, async () => {
  const report = await cruise(repository, ['src/lib/store/store.ts']);
  const store = report.modules.find((m) => m.source === 'src/lib/store/store.ts');
  expect(store?.dependencies.map((d) => d.resolved)).toContain('src/lib/domain/index.ts');
});
