// A service that stands still when it is told to: `busy <file>` in JavaScript until there is such a file, `asleep <ms>`
// outside of it. The second argument is a module of it.
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createHealth } from '@sightline/health';

const health = createHealth(
  {
    serviceName: 'shop',
    pressure: false,
    watchdog: { limitMs: 300, port: 0, host: '127.0.0.1', stack: process.argv[2] !== 'no-stack' },
  },
  { observer: { mainThreadBlocked: (block) => process.stdout.write(`${JSON.stringify({ block })}\n`) } },
);
if (process.argv[3] !== undefined) await import(process.argv[3]);
health.start();
health.requests.prepare({ route: '/report/:id' })({});

function makeReport(file) {
  while (!existsSync(file));
}

const told = setInterval(() => {
  if (health.watchdogPort === undefined) return;
  clearInterval(told);
  process.stdout.write(`${JSON.stringify({ port: health.watchdogPort })}\n`);
}, 10);

createInterface({ input: process.stdin }).on('line', (line) => {
  const [what, how] = line.split(' ');
  if (what === 'busy') makeReport(how);
  else if (what === 'asleep') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(how));
});
