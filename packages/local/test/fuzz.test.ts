import { startLocal } from '@sightline/local';
import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzz-requests.ts';

const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';

describe('startLocal', () => {
  it(
    'answers broken requests of every kind, and goes on',
    async () => {
      const warnings: string[] = [];
      const onWarning = (warning: Error): void => void warnings.push(warning.message);
      process.on('warning', onWarning);
      const stack = await startLocal({ port: 0 });
      try {
        const { statuses, problems } = await fuzz(stack.url, {
          seed: Date.now() % 1e6,
          requests: isLong ? 100_000 : 1000,
        });
        expect([...problems, ...warnings]).toEqual([]);
        expect(Object.keys(statuses).length).toBeGreaterThan(2);
      } finally {
        process.off('warning', onWarning);
        await stack.close();
      }
    },
    isLong ? 900_000 : 60_000,
  );
});
