import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The other ends of `infuscope bench`: they use packages that the product may not, so they are no part of it. */
const BENCH_HELPERS = [
  'judging-station',
  'serial-floor',
  'relay',
  'relay-client',
  'screens',
  'ward-floor',
  'floor-viewers',
  'browser',
  'page-floor',
];

/**
 * The processes that are not pages: command line, core, recorder thread, web process.
 * Packages stay outside the bundles (`ssr.external`), so native bindings resolve from node_modules as usual.
 */
export default defineConfig({
  resolve: {
    alias: {
      $lib: here('src/lib'),
      $core: here('src/core'),
      $drivers: here('drivers'),
      $simulators: here('simulators'),
    },
  },
  ssr: { external: true, noExternal: [/^\$/] },
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'dist',
    emptyOutDir: true,
    sourcemap: true,
    minify: false,
    rollupOptions: {
      input: {
        cli: here('src/cli/main.ts'),
        core: here('src/core/main.ts'),
        'recorder-thread': here('src/core/recorder-thread.ts'),
        web: here('src/lib/server/main.ts'),
        simulators: here('simulators/main.ts'),
        ...Object.fromEntries(BENCH_HELPERS.map((name) => [`bench/${name}`, here(`tests/bench/${name}.ts`)])),
      },
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
});
