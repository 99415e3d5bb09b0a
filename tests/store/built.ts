/** Program files of ours as plain JavaScript, for tests that need a real thread or a process that can be killed. */
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Built {
  readonly file: string;
  remove(): void;
}

/** `source`: from the project's root. The result stands inside the project, where its packages are found. */
export async function built(source: string): Promise<Built> {
  const cache = join(ROOT, 'node_modules/.cache/infuscope');
  mkdirSync(cache, { recursive: true });
  const directory = mkdtempSync(join(cache, 'built-'));
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { $lib: join(ROOT, 'src/lib'), $core: join(ROOT, 'src/core') } },
    ssr: { external: true, noExternal: [/^\$/] },
    build: {
      ssr: true,
      target: 'node20',
      outDir: directory,
      emptyOutDir: false,
      rollupOptions: { input: join(ROOT, source), output: { entryFileNames: 'built.js' } },
    },
  });
  return { file: join(directory, 'built.js'), remove: () => rmSync(directory, { recursive: true, force: true }) };
}
