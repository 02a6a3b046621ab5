import { SightlineError } from '@sightline/errors';
import { isDeepStrictEqual } from 'node:util';
import { loadConfig } from './config/config.ts';
import type { StartOptions } from './config/options.ts';
import { currentInstance, setCurrentInstance } from './current.ts';
import { unpackPm2Environment } from './hooks/pm2-environment.ts';
import { isNodeSupported, warnNotObserved, whyNotObserved } from './hooks/program.ts';
import { findInstallationProblems } from './hooks/observe-service.ts';
import { createDisabledInstance } from './disabled.ts';
import { createInstance } from './instance.ts';
import type { Sightline } from './sightline.ts';

/** What this copy of the package has started last, and with what. */
let startedWith: { readonly instance: Sightline; readonly options: StartOptions } | undefined;

/**
 * Starts Sightline in this process, or returns the instance that runs: twice is once, and what `--import` has started
 * stays as it is, which a line says where there are other options. One that was shut down runs no more, once `shutdown()` has resolved. On a Node.js that is too old a warning says so, and the instance does nothing but log.
 *
 * @param options code beats environment beats default
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` with `SIGHTLINE_STRICT=true` alone, naming everything that is wrong
 * @example
 * const sightline = start({ service: { name: 'shop' }, http: { slow: { thresholdMs: 500 } } });
 */
export function start(options: StartOptions = {}): Sightline {
  const running = currentInstance();
  if (running !== undefined) {
    tellIgnored(running, options);
    return running;
  }
  unpackPm2Environment(process.env);
  const wrong: SightlineError[] = [];
  const config = loadConfig(options, { onProblem: (problem) => wrong.push(problem) });
  const isSupported = isNodeSupported(process.versions.node);
  if (config.enabled && !isSupported) warnNotObserved(whyNotObserved(process.versions.node));
  const instance =
    config.enabled && isSupported
      ? createInstance(config, findInstallationProblems(), wrong)
      : createDisabledInstance(config, wrong);
  setCurrentInstance(instance);
  startedWith = { instance, options };
  return instance;
}

/** Instances that were told of; a service may call `start` again and again. */
const told = new WeakSet<Sightline>();

/** What is to be censored may be among them: nobody must believe that it holds. */
function tellIgnored(running: Sightline, options: StartOptions): void {
  const names = Object.keys(Object(options) as object);
  const isSame = startedWith?.instance === running && isDeepStrictEqual(startedWith.options, options);
  if (names.length === 0 || isSame || told.has(running)) return;
  told.add(running);
  const { code, message } = new SightlineError('SIGHTLINE_OPTIONS', {
    problem: `start() was called with ${names.join(', ')} while Sightline ran already, and these options change nothing`,
    expected: 'options where Sightline is started first',
    fix: 'give them to start() in a file of its own, which --import loads in place of @sightline/bootstrap/register',
  });
  running.logger.child({ module: 'sightline' }).warn({ code }, message);
}

/** What `@sightline/bootstrap/register` does. */
export function startFromRegister(): Sightline {
  return start();
}
