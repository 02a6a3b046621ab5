// Hooks modules as `register` does, and prints what became of them when the program ends. It runs the built package.
import { writeSync } from 'node:fs';
import { hookModules } from '../../dist/hooks/module-hooks.js';

const known = [
  'express',
  'express4',
  'hono',
  'hono/tiny',
  'koa',
  'pg',
  'ioredis',
  'prom-client',
  '@prometheus-io/client',
  'router',
];
const thread = process.env['LOADER'] === 'thread';

/** Exports by name, whether they are a namespace or what `require` gave. */
const shapes = {
  express: (exports) =>
    typeof (exports.default ?? exports).Router === 'function' || typeof exports.Router === 'function',
  hono: (exports) => typeof exports.Hono === 'function',
  koa: (exports) => typeof (exports.default ?? exports) === 'function',
  pg: (exports) => typeof (exports.default ?? exports).Client === 'function',
  'prom-client': (exports) => typeof (exports.default ?? exports).register === 'object',
};

const hooks = hookModules(
  known.map((name) => ({
    name,
    versions: name === 'ioredis' ? '>=99' : '*',
    beforeLoad() {
      if (name === 'koa') throw new Error('no luck with koa');
    },
    onLoad: (exports) => shapes[name]?.(exports) ?? true,
  })),
  thread ? { loaderInThread: false } : {},
);
process.on('exit', () => {
  const told = hooks.outcomes.map(({ name, version, path, outcome, reason }) => ({
    name,
    version: Boolean(version),
    path: path.slice(path.lastIndexOf('node_modules')),
    outcome,
    reason,
  }));
  writeSync(1, `${JSON.stringify(told)}\n`);
});
