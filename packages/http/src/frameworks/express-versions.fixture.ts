import { createRequire } from 'node:module';
import { dirname } from 'node:path';

const require = createRequire(import.meta.url);

/* oxlint-disable typescript/no-explicit-any -- one table for versions with different types */
export type Express = any;

/** Express 5 with a router that does not keep the pattern that matched where ours looks for it: one before 2.3. */
function withEarlierRouter(): Express {
  const path = require.resolve('express');
  const routerPath = createRequire(path).resolve('router');
  const symbolsPath = createRequire(routerPath).resolve('./lib/symbols');
  const folders = [path, routerPath].map((each) => dirname(each));
  for (const each of Object.keys(require.cache)) {
    if (folders.some((folder) => each.startsWith(folder))) Reflect.deleteProperty(require.cache, each);
  }
  require(symbolsPath).matchedRoute = Symbol('kept elsewhere');
  return require(path);
}

const express4 = require('express4');
const express5 = require('express');

const requireBelowExpress = createRequire(require.resolve('express'));
/** The package `router`, which Express 5 is made of, for whoever uses it by itself. */
export const router: Express = requireBelowExpress(requireBelowExpress.resolve('router'));

/** What the adapter is tried with. */
export const expressVersions: readonly {
  readonly name: string;
  readonly version: 4 | 5;
  readonly express: Express;
}[] = [
  { name: 'Express 4', version: 4, express: express4 },
  { name: 'Express 5', version: 5, express: express5 },
  { name: 'Express 5 with an earlier router', version: 5, express: withEarlierRouter() },
];
