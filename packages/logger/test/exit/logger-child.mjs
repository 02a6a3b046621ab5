// The program that logger.test.ts starts: `logger-child.mjs '{"scenario":…,"path":…}'`. It runs the built package.
import { createLogger, file, stdout } from '@sightline/logger';

const { scenario, path } = JSON.parse(process.argv[2]);
const destination =
  path === undefined ? undefined : [stdout(), { destination: file({ path }), level: 'info' }];
const log = createLogger({ service: 'child' }, destination);
let next = 0;
function write(lines) {
  const child = log.child({ module: 'work' });
  for (const end = next + lines; next < end; next += 1)
    child.info({ n: next, password: 'hunter2' }, 'größer');
}

const scenarios = {
  natural() {
    write(100);
  },
  exit() {
    write(100);
    process.exit(3);
  },
  async flush() {
    write(100);
    await new Promise((resolve) => log.flush(resolve));
    process.exitCode = 4;
  },
  'uncaught-exception'() {
    write(50);
    setImmediate(() => {
      write(50);
      throw new Error('uncaught');
    });
  },
  sigterm() {
    setInterval(() => {}, 60_000);
    write(100);
    process.kill(process.pid, 'SIGTERM');
  },
};

await scenarios[scenario]();
