// The program that the tests in this folder start: `child.mjs <scenario>`. It runs the built package, as users do.
import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker, isMainThread } from 'node:worker_threads';
import { createBudget } from '../../dist/lifecycle/deadline.js';
import { ownLifecycle } from '../../dist/lifecycle/lifecycle.js';
import { onSignals } from '../../dist/lifecycle/signals.js';

const [, , scenario] = process.argv;

/** On stdout, where it is synchronous: the order of things is what is tested. */
const say = (word) => writeSync(1, `${word}\n`);
const stayAlive = () => setInterval(() => {}, 60_000);
const die = (signal = 'SIGTERM') => {
  stayAlive();
  process.kill(process.pid, signal);
};

const parts = {
  async flush(deadlineMs) {
    say(`flush ${deadlineMs > 0}`);
    await wait(1);
    say('flushed');
  },
  flushSync: (deadlineMs) => say(`sync ${deadlineMs > 0}`),
  deadlineMs: 60_000,
  onCrash: ({ error, origin, fatal }) => say(`crash ${error.message} ${origin} ${fatal}`),
};
const never = () => {
  say('flush');
  stayAlive();
  return new Promise(() => {});
};
/** A flush, and what waits for the first one as an application does that keeps the process alive meanwhile. */
const awaitedFlush = () => {
  let flushed;
  const first = new Promise((resolve) => (flushed = resolve));
  return {
    async flush() {
      say('flush');
      flushed();
    },
    async done() {
      const alive = stayAlive();
      await first;
      clearInterval(alive);
    },
  };
};
/** A signal like the one before, half a second later by the clock: before that it would be an echo. */
const again = (signal) => {
  const now = performance.now.bind(performance);
  setImmediate(() => {
    performance.now = () => now() + 500;
    process.kill(process.pid, signal);
  });
};
const own = (changes = {}) => ownLifecycle({ ...parts, ...changes });

const scenarios = {
  natural: () => own(),
  goesOn() {
    // As a runner that begins its next job there: now, in the next turn, and after it has asked for one.
    const { flush, done } = awaitedFlush();
    const jobs = [
      () => done().then(() => say('first job')),
      () => setImmediate(() => say('second job')),
      async () => {
        await Promise.resolve();
        setTimeout(() => say('third job'), 5);
      },
    ];
    own({ flush, beforeEnd: async () => say('end') });
    process.on('beforeExit', () => {
      if (jobs.length > 0) say('beforeExit');
      void jobs.shift()?.();
    });
  },
  goesOnAndExits() {
    const { flush, done } = awaitedFlush();
    own({ flush, beforeEnd: async () => say('end') });
    process.on('beforeExit', () => void done().then(() => process.exit(8)));
  },
  hangingNatural: () =>
    own({
      flush() {
        say('flush');
        return new Promise(() => {});
      },
      deadlineMs: 20,
    }),
  sigterm: () => own() && die(),
  sigint: () => own() && die('SIGINT'),
  sighup: () => own() && die('SIGHUP'),
  sigquit: () => own() && die('SIGQUIT'),
  sigusr2: () => own({ drain: async (signal) => say(`drain ${signal}`) }) && die('SIGUSR2'),
  snapshot() {
    // As `--heapsnapshot-signal` and `--report-on-signal` do it.
    const alive = stayAlive();
    own({ drain: async () => say('drain') });
    process.on('SIGUSR2', () => {
      say('snapshot');
      clearInterval(alive);
    });
    process.kill(process.pid, 'SIGUSR2');
  },
  hanging: () => own({ flush: never, deadlineMs: 20 }) && die(),
  failing: () => own({ flush: () => Promise.reject(new Error('no backend')) }) && die(),
  throwing: () =>
    own({
      flush() {
        throw new Error('no backend');
      },
      flushSync() {
        throw new Error('no backend');
      },
    }) && die(),
  double: () =>
    own({
      flush() {
        again('SIGTERM');
        return never();
      },
      deadlineMs: 600_000,
    }) && die(),
  echo() {
    let signals = 0;
    let echoed;
    const echo = new Promise((resolve) => (echoed = resolve));
    const count = () => ++signals === 2 && echoed();
    process.on('SIGTERM', Object.assign(count, { [Symbol.for('sightline.polite-signal-listener')]: true }));
    own({
      drain(_signal, { hurry }) {
        say('drain');
        hurry.addEventListener('abort', () => say('hurried'));
        setImmediate(() => process.kill(process.pid, 'SIGTERM'));
        return echo.then(() => say('echo'));
      },
    });
    die();
  },
  echoHandled() {
    let signals = 0;
    process.on('SIGTERM', () => {
      say('app');
      if (++signals === 2) process.exit(3);
      setImmediate(() => process.kill(process.pid, 'SIGTERM'));
    });
    own({
      flush: async () => say('flush'),
      drain(_signal, { hurry, endsProcess }) {
        say(`drain ${endsProcess}`);
        hurry.addEventListener('abort', () => say('hurried'));
        return new Promise(() => {});
      },
    });
    die();
  },
  drain: () => own({ drain: async (signal) => say(`drain ${signal}`) }) && die(),
  beforeEnd: () => own({ beforeEnd: async (deadlineMs) => say(`end ${deadlineMs > 0}`) }) && die(),
  beforeEndFails: () => own({ beforeEnd: () => Promise.reject(new Error('plug-in')) }) && die(),
  reload() {
    const alive = stayAlive();
    own({ beforeEnd: async () => say('end'), drain: async () => say('drain') });
    process.on('SIGHUP', () => {
      say('reload');
      clearInterval(alive);
    });
    process.kill(process.pid, 'SIGHUP');
  },
  drainTwice: () =>
    own({
      drain() {
        say('drain');
        again('SIGINT');
        return new Promise(() => {});
      },
    }) && die('SIGINT'),
  drainHurried: () =>
    own({
      drain(_signal, { hurry, endsProcess }) {
        say(`drain ${endsProcess}`);
        again('SIGTERM');
        return new Promise((resolve) => {
          hurry.addEventListener('abort', () => {
            say('hurried');
            resolve();
          });
        });
      },
    }) && die(),
  drainHandledOnce() {
    process.once('SIGTERM', () => say('app'));
    own({
      flush: never,
      drain(_signal, { hurry, endsProcess }) {
        say(`drain ${endsProcess} ${hurry.aborted}`);
        if (!endsProcess) again('SIGTERM');
        return Promise.resolve();
      },
    });
    die();
  },
  handled() {
    own();
    const alive = stayAlive();
    process.on('SIGTERM', () => {
      say('app');
      clearInterval(alive);
    });
    process.kill(process.pid, 'SIGTERM');
  },
  handledOnce() {
    const alive = stayAlive();
    process.once('SIGTERM', () => {
      say('app');
      clearInterval(alive);
    });
    own();
    process.kill(process.pid, 'SIGTERM');
  },
  handledExit() {
    own({ flush: never });
    process.on('SIGTERM', () => {
      say('app');
      setTimeout(() => process.exit(3), 100);
    });
    die();
  },
  handledLater() {
    own({
      flush() {
        process.on('SIGTERM', () => {
          say('app');
          process.exit(4);
        });
        return Promise.resolve();
      },
    });
    die();
  },
  exit() {
    own();
    process.exit(5);
  },
  thrown() {
    own();
    setImmediate(() => {
      throw new Error('boom');
    });
  },
  rejected() {
    own();
    stayAlive();
    void Promise.reject(new Error('boom'));
  },
  caught() {
    own();
    process.on('uncaughtException', () => say('app'));
    setImmediate(() => {
      throw new Error('boom');
    });
  },
  caughtAndEnded() {
    own();
    process.on('uncaughtException', () => process.exit(9));
    setImmediate(() => {
      throw new Error('boom');
    });
  },
  captured() {
    own();
    // Nobody can look up whether there is one of those that Node.js 26 adds.
    const capture =
      process.addUncaughtExceptionCaptureCallback ?? process.setUncaughtExceptionCaptureCallback;
    capture(() => {
      say('app');
      return true;
    });
    setImmediate(() => {
      throw new Error('boom');
    });
  },
  exitThrows() {
    own();
    process.on('exit', () => {
      throw new Error('boom');
    });
    setImmediate(() => process.exit(6));
  },
  exitThrowsFirst() {
    own();
    process.prependListener('exit', () => {
      throw new Error('boom');
    });
    setImmediate(() => process.exit(6));
  },
  crashThrows() {
    own({
      onCrash() {
        throw new Error('telemetry');
      },
    });
    throw new Error('boom');
  },
  polite() {
    // As the package signal-exit does: it ends the process only when it is alone.
    Reflect.set(process, '__signal_exit_emitter__', { count: 1 });
    process.on('SIGTERM', function listener() {
      if (process.listenerCount('SIGTERM') !== 1) return;
      say('signal-exit');
      process.off('SIGTERM', listener);
      process.kill(process.pid, 'SIGTERM');
    });
    own();
    die();
  },
  marked() {
    process.on(
      'SIGTERM',
      Object.assign(() => say('marked'), { [Symbol.for('sightline.polite-signal-listener')]: true }),
    );
    own();
    die();
  },
  firstProcess() {
    onSignals({ ...parts, budget: createBudget(parts.deadlineMs), pid: 1 });
    die();
  },
  firstProcessUsr2() {
    onSignals({ ...parts, budget: createBudget(parts.deadlineMs), pid: 1 });
    say(`listeners ${process.listenerCount('SIGUSR2')} ${process.listenerCount('SIGQUIT')}`);
    process.exit(0);
  },
  windows() {
    onSignals({ ...parts, budget: createBudget(parts.deadlineMs), platform: 'win32' });
    say(`listeners ${process.listenerCount('SIGUSR2')} ${process.listenerCount('SIGHUP')}`);
    process.exit(0);
  },
  letGo() {
    own()();
    die();
  },
  worker() {
    if (isMainThread) {
      const worker = new Worker(new URL(import.meta.url), { argv: ['worker'] });
      worker.once('error', (error) => say(error.message));
      return;
    }
    own();
    say(`listeners ${process.listenerCount('SIGTERM')}`);
  },
};

scenarios[scenario]();
