import { defineConfig } from 'vite';

export default defineConfig({
  base: '/',
  resolve: { conditions: ['@sightline/source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: '../dist/ui',
    emptyOutDir: true,
    assetsDir: 'assets',
    // A picture as a data: address would need an exception in the CSP.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Nobody installs what is inside, so its notices have to come with it.
    license: { fileName: 'licenses.md' },
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});
