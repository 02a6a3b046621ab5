// The program that the tests in this folder start: `child.mjs '{"destination":…,"scenario":…,…}'`.
// It runs the built package, as users do.
import { writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { file } from '../../dist/destinations/file.js';
import { stdout } from '../../dist/destinations/stdout.js';
import { workerLane } from '../../dist/destinations/worker-lane.js';

const { destination, scenario, path, exitDeadlineMs } = JSON.parse(process.argv[2]);

/** On stderr, where it is synchronous and in nobody's way: the parent waits for it. */
const say = (word) => writeSync(2, `${word}\n`);
const stayAlive = () => setInterval(() => {}, 60_000);

if (scenario === 'sigterm-once-handler') {
  // Before the destination is there, and gone from the list of listeners by the time it runs.
  process.once('SIGTERM', () => {
    write(50);
    setTimeout(() => process.exit(0), 1);
  });
}

const destinations = {
  stdout: () => stdout({ exitDeadlineMs }),
  file: () => file({ path, exitDeadlineMs }),
  lane: () => lane('createRecordingSink'),
  dying: () => lane('createDyingSink'),
  hanging: () => lane('createHangingSink'),
};
const lane = (factory) =>
  workerLane({
    module: new URL('./recording-sink.mjs', import.meta.url),
    factory,
    options: { path },
    exitDeadlineMs,
  });

const target = destinations[destination]();
const log = pino({ base: null, timestamp: false }, target);
let next = 0;
function write(lines) {
  for (const end = next + lines; next < end; next += 1) log.info({ n: next }, 'größer');
}

const scenarios = {
  natural() {
    write(100);
  },
  'exit-same-turn'() {
    write(100);
    process.exit(3);
  },
  'exit-in-timer'() {
    write(50);
    setTimeout(() => {
      write(50);
      process.exit(0);
    }, 1);
  },
  'exit-code'() {
    process.exitCode = 7;
    write(100);
  },
  'uncaught-exception'() {
    write(50);
    setImmediate(() => {
      write(50);
      throw new Error('uncaught');
    });
  },
  'unhandled-rejection'() {
    write(100);
    void Promise.reject(new Error('unhandled'));
  },
  'exit-listener'() {
    write(50);
    process.on('exit', () => write(50));
    process.exit(0);
  },
  fatal() {
    write(99);
    log.fatal({ n: 99 }, 'größer');
    process.reallyExit(0);
  },
  burst() {
    write(200_000);
    process.exit(0);
  },
  'sigterm-same-turn'() {
    stayAlive();
    write(100);
    process.kill(process.pid, 'SIGTERM');
  },
  async sigint() {
    stayAlive();
    write(50);
    await nextTurn();
    write(50);
    process.kill(process.pid, 'SIGINT');
  },
  'sigterm-handled'() {
    const timer = stayAlive();
    write(50);
    process.on('SIGTERM', async () => {
      write(25);
      await nextTurn();
      write(25);
      clearInterval(timer);
    });
    process.kill(process.pid, 'SIGTERM');
  },
  'sigterm-once-handler'() {
    stayAlive();
    write(50);
    process.kill(process.pid, 'SIGTERM');
  },
  'slow-reader'() {
    write(20_000);
    say('exiting');
    process.exit(0);
  },
  'thread-dies'() {
    write(50);
    log.info({ n: next++, note: 'die once' }, 'größer');
    write(49);
    process.exit(0);
  },
  'two-signals'() {
    stayAlive();
    write(100);
    process.kill(process.pid, 'SIGTERM');
    // The same one again, so soon, would be an echo.
    setImmediate(() => process.kill(process.pid, 'SIGINT'));
  },
  'reader-gone'() {
    write(10);
    target.flush(() => {
      say('flushed');
      process.stdin.once('data', () => {
        write(10);
        setImmediate(() => {
          write(10);
          target.flushSync();
          say(JSON.stringify(target.stats()));
          process.exit(0);
        });
      });
    });
  },
};

await scenarios[scenario]();
