import { win32 } from 'node:path';
import { installedPackageOf, realPath } from './package-details.ts';

/** The process, as far as it says what it is for. */
export interface ProgramFacts {
  readonly isMainThread: boolean;
  /** The program, or the file of the worker thread. */
  readonly script: string | undefined;
  /** What the program was called with. */
  readonly args?: readonly string[];
  /** Whether it is a thread that one was started by which does not run the service. */
  readonly isBelowTool?: boolean;
}

/**
 * Package managers, compilers and runners, tools for databases and tests, and the processes that they and their libraries do their
 * work in: with `NODE_OPTIONS=--import …` in the environment they are preloaded as well as the service that they start, and would take
 * its port.
 */
const TOOLS = new Set([
  '@babel/node',
  '@dotenvx/dotenvx',
  '@nestjs/cli',
  '@playwright/test',
  '@rspack/cli',
  '@swc/cli',
  'ava',
  'c8',
  'chokidar-cli',
  'concurrently',
  'corepack',
  'cross-env',
  'dotenv-cli',
  'drizzle-kit',
  'env-cmd',
  'esbuild',
  'eslint',
  'forever',
  'fork-ts-checker-webpack-plugin',
  'jest',
  'jest-worker',
  'knex',
  'lerna',
  'lint-staged',
  'mocha',
  'node-dev',
  'nodemon',
  'npm',
  'npm-run-all',
  'npm-run-all2',
  'npm-watch',
  'npx',
  'nx',
  'nyc',
  'onchange',
  'oxlint',
  'playwright',
  'pm2',
  'pnpm',
  'pnpx',
  'prettier',
  'prisma',
  'rollup',
  'sequelize-cli',
  'start-server-and-test',
  'thread-loader',
  'tinypool',
  'ts-node-dev',
  'tsc',
  'tsc-watch',
  'tsdown',
  'tsup',
  'tsx',
  'turbo',
  'typeorm',
  'typescript',
  'vite',
  'vitest',
  'wait-on',
  'webpack',
  'webpack-cli',
  'webpack-dev-server',
  'wireit',
  'workerpool',
  'yarn',
  'yarnpkg',
]);

/** Where pm2, ts-node-dev, node-dev and babel-node load the service: that is no tool, though it is of one. */
const CONTAINER =
  /[/\\](?:pm2[/\\]lib[/\\]ProcessContainer(?:Fork)?|(?:ts-)?node-dev[/\\]lib[/\\]wrap|@babel[/\\]node[/\\]lib[/\\]_babel-node)(?:\.js)?$/;

/** A package manager in a file by itself: of the repository, or what Corepack keeps. */
const PACKAGE_MANAGER = /[/\\](?:\.yarn[/\\]releases|corepack[/\\]v\d+)[/\\]/;

/** Next.js has jest-worker in a copy of its own, for the build: its own package is also what runs a service. */
const NEXT_WORKER = /[/\\]next[/\\]dist[/\\]compiled[/\\]jest-worker[/\\]/;

/** Threads that do the work of a library: those of pino, of piscina and tinypool, of synckit, of esbuild, of the logger's lane. */
const HELPER_THREADS =
  /[/\\]node_modules[/\\](?:thread-stream|pino|tinypool|piscina|workerpool|jest-worker|synckit|esbuild|vitest)[/\\]|[/\\]lane-thread\.[cm]?[jt]s$/;

/**
 * Whether this process runs the service: not in tools that start it, and not in threads of libraries. The parents that
 * `node --watch` and `node --test` put before a program preload nothing.
 */
export function runsService({ isMainThread, script, args = [], isBelowTool = false }: ProgramFacts): boolean {
  if (isBelowTool) return false;
  if (script === undefined) return true;
  if (NEXT_WORKER.test(script)) return false;
  return isMainThread ? !isTool(script, args) : !HELPER_THREADS.test(script);
}

/** The `engines` of package.json, which a package manager mentions at most. */
const OLDEST_NODE = [22, 15] as const;

/**
 * @param version of Node.js: `22.15.0`
 * @returns whether everything that the hooks stand on is there
 */
export function isNodeSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

/** What a process warns of in which nothing is observed. */
export interface NotObserved {
  readonly code: 'SIGHTLINE_NODE_VERSION' | 'SIGHTLINE_NOT_STARTED';
  readonly message: string;
}

/** Why nothing is observed where the instance is used and does not run, and what to do. */
export function whyNotObserved(version: string): NotObserved {
  if (isNodeSupported(version)) {
    return {
      code: 'SIGHTLINE_NOT_STARTED',
      message:
        'SIGHTLINE_NOT_STARTED: sightline is used and does not run. Expected: a started instance. ' +
        'Fix: start with node --import @sightline/bootstrap/register, or call start() first.',
    };
  }
  return {
    code: 'SIGHTLINE_NODE_VERSION',
    message:
      `SIGHTLINE_NODE_VERSION: this is Node.js ${version}, and nothing is observed. ` +
      'Expected: 22.15 or later. Fix: update Node.js, or take Sightline away.',
  };
}

/** Says it once in a process, whichever copies and parts of this package find out. */
export function warnNotObserved({ code, message }: NotObserved): void {
  const told = Symbol.for(`sightline.told.${code}`);
  if (Reflect.get(globalThis, told) === true) return;
  Reflect.set(globalThis, told, true);
  process.emitWarning(message, { type: 'SightlineWarning', code });
}

/** By the name that it was called with, or by the package that the file belongs to. */
function isTool(script: string, args: readonly string[]): boolean {
  if (CONTAINER.test(script)) return false;
  return [script, realPath(script)].some((path) => {
    const parts = path.split(/[/\\]/);
    const fileName = win32.basename(path).replace(/(?:-cli)?\.[cm]?js$/, '');
    const isCommand = parts.includes('.bin') || parts.includes('bin');
    const name = installedPackageOf(path)?.name ?? '';
    if (TOOLS.has(name) || (isCommand && TOOLS.has(fileName)) || PACKAGE_MANAGER.test(path)) return true;
    return startsAnother(name, fileName, args);
  });
}

/** Whether a program that can run the service itself starts another process for that, or does something else. */
function startsAnother(name: string, fileName: string, args: readonly string[]): boolean {
  if (name === 'next') return fileName === 'next' && !args.includes('start');
  return (
    name === 'fastify-cli' &&
    fileName !== 'fork' &&
    args.some((each) => /^(?:--watch(?!=false)|-\w*w)/.test(each))
  );
}
