// Hooks modules as `register` does, and prints what became of them when the program ends. It runs the built package.
import { writeSync } from 'node:fs';
import { hookModules } from '../../dist/hooks/module-hooks.js';

const { LATE, LOADER, FAIL, NOTICE } = process.env;

/** What each gives, whether as a namespace or as what `require` gives. */
const looksRight = {
  express: (exports) => typeof exports.Router === 'function',
  hono: (exports) => typeof exports.Hono === 'function',
  'hono/tiny': (exports) => typeof exports.Hono === 'function',
  ioredis: (exports) => typeof exports.Redis === 'function',
  koa: (exports) => typeof (exports.default ?? exports) === 'function',
  pg: (exports) => typeof exports.Client === 'function',
  'prom-client': (exports) => typeof exports.register === 'object',
};

if (LATE) await import(LATE);
const noticed = [];
const hooks = hookModules(
  [
    ...Object.entries(looksRight).map(([name, onLoad]) => ({
      name,
      versions: FAIL === 'version' ? '>=99' : '>=1',
      beforeLoad() {
        if (FAIL === 'before') throw new Error('no luck');
      },
      onLoad(exports, module) {
        if (FAIL === 'load') throw new Error('no luck');
        return FAIL !== 'shape' && onLoad(exports, module);
      },
    })),
    ...(NOTICE ? [{ name: NOTICE, notice: true, beforeLoad: () => noticed.push(NOTICE) }] : []),
  ],
  LOADER === 'thread' ? { loaderInThread: false } : {},
);
process.on('exit', () => {
  const told = hooks.outcomes.map(({ name, version, outcome, reason }) =>
    [name, version === undefined ? 'without version' : '', outcome, reason].filter(Boolean).join(' '),
  );
  writeSync(1, `${JSON.stringify([...told, ...noticed])}\n`);
});
