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
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});
