import { start } from '@sightline/bootstrap';

start({ http: { slow: { thresholdMs: 50 } } });
await import('./shop.mjs');
