/** Watches middlewares where Node.js may not look into its own memory; prints what came of it. */
import { rateLimit } from 'express-rate-limit';
import { expressRateLimit, watchableRateLimit } from '@sightline/resilience/express-rate-limit';

const counted = new Map<string, number>();
const context = {
  name: 'api',
  nowMs: () => performance.now(),
  routeOf: () => undefined,
  counter: (metric: unknown, ...values: readonly (string | undefined)[]) => ({
    add(amount: number) {
      const series = [String(metric), ...values].join(' ');
      counted.set(series, (counted.get(series) ?? 0) + amount);
    },
  }),
  gauge: () => ({ set() {}, add() {} }),
  histogram: () => ({ observe() {} }),
  transition() {},
  decided() {},
  problem() {},
};

let first = 'watched';
try {
  expressRateLimit.watch(rateLimit({ validate: false }) as never, context);
} catch (error) {
  first = (error as { code: string }).code;
}

const limiter = watchableRateLimit(rateLimit, { validate: false, limit: 2, keyGenerator: () => 'key' });
expressRateLimit.watch(limiter as never, context);
const response = { headersSent: true };
await limiter({ method: 'GET', url: '/' } as never, response as never, () => {});
await new Promise(setImmediate);
process.stdout.write(`${first}, then allowed ${counted.get('rate_limit_requests_total allowed')}\n`);
process.exit();
