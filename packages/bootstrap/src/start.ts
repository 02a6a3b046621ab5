import type { SightlineError } from '@sightline/errors';
import { loadConfig } from './config/config.ts';
import type { StartOptions } from './config/options.ts';
import { currentInstance, setCurrentInstance } from './current.ts';
import { unpackPm2Environment } from './hooks/pm2-environment.ts';
import { isNodeSupported, warnNotObserved, whyNotObserved } from './hooks/program.ts';
import { findInstallationProblems } from './hooks/observe-service.ts';
import { createDisabledInstance } from './disabled.ts';
import { createInstance } from './instance.ts';
import type { Sightline } from './sightline.ts';

/**
 * Starts Sightline in this process, or returns the instance that runs: twice is once, and what `--import` has started
 * stays as it is. One that was shut down runs no more, once `shutdown()` has resolved. On a Node.js that is too old a warning says so, and the instance does nothing but log.
 *
 * @param options code beats environment beats default
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` with `SIGHTLINE_STRICT=true` alone, naming everything that is wrong
 * @example
 * const sightline = start({ service: { name: 'shop' }, http: { slow: { thresholdMs: 500 } } });
 */
export function start(options: StartOptions = {}): Sightline {
  const running = currentInstance();
  if (running !== undefined) return running;
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
  return instance;
}

/** What `@sightline/bootstrap/register` does. */
export function startFromRegister(): Sightline {
  return start();
}
