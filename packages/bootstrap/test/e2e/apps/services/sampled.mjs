import { start } from '../../../../dist/index.js';

start({ http: { slow: { thresholdMs: 50 } } });
await import('./shop.mjs');
