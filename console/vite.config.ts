/** How the console is built. Nothing of a machine goes in: a deployment's settings are read from /config.json at run time. */
import react from '@vitejs/plugin-react';
import path from 'node:path';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: { alias: { re2js: path.join(import.meta.dirname, 'src', 'lib', 'firestore', 'no-regular-expressions.ts') } },
  build: {
    outDir: 'dist',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    sourcemap: true,
    manifest: true,
    // Sizes are measured by the bench; gzipping every chunk twice costs seconds of each start.
    reportCompressedSize: false,
    // What every page needs is one file: dozens of small ones compress worse (12 kB of the first load) and come later.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'start', tags: ['$initial'] }] } } },
  },
});
