import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The simulation as one program: tests run it inside vitest, the night runs it alone and for long. */
export default defineConfig({
  plugins: [svelte({ configFile: false })],
  resolve: {
    alias: {
      $lib: here('../../src/lib'),
      $core: here('../../src/core'),
      $drivers: here('../../drivers'),
      $simulators: here('../../simulators'),
    },
  },
  ssr: { external: true, noExternal: [/^\$/] },
  build: {
    ssr: true,
    target: 'node20',
    outDir: here('../../dist/simulation'),
    emptyOutDir: true,
    sourcemap: true,
    minify: false,
    rollupOptions: { input: { nightly: here('nightly.ts') }, output: { entryFileNames: '[name].js' } },
  },
});
