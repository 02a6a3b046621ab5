import { loadConfig } from './config/config.ts';
import { currentInstance, endedInstance } from './current.ts';
import { createDisabledInstance } from './disabled.ts';
import { warnNotObserved, whyNotObserved } from './hooks/program.ts';
import type { Sightline } from './sightline.ts';

let standIn: Sightline | undefined;

/** What is used before anything was started: a service must not fail because its preload is missing. */
function disabledStandIn(): Sightline {
  if (standIn !== undefined) return standIn;
  standIn = createDisabledInstance(loadConfig());
  warnNotObserved(whyNotObserved(process.versions.node));
  return standIn;
}

function running(): Sightline {
  return currentInstance() ?? endedInstance() ?? disabledStandIn();
}

/**
 * The running instance, started by `--import @sightline/bootstrap/register` or by `start()`. Before that it is one that
 * does nothing but log, and says so once; after a `shutdown()` it is the one that was shut down, until the next `start()`.
 */
export const sightline: Sightline = {
  get enabled() {
    return running().enabled;
  },
  get logger() {
    return running().logger;
  },
  get metrics() {
    return running().metrics;
  },
  get health() {
    return running().health;
  },
  get drain() {
    return running().drain;
  },
  watch: (thing, options) => running().watch(thing, options),
  get redactor() {
    return running().redactor;
  },
  get tracerProvider() {
    return running().tracerProvider;
  },
  get meterProvider() {
    return running().meterProvider;
  },
  admin: {
    get address() {
      return running().admin.address;
    },
    // It is mounted once, perhaps before the start, and answers for whichever instance runs then.
    handler: (request, response, next) => running().admin.handler(request, response, next),
  },
  status: () => running().status(),
  flush: (deadlineMs) => running().flush(deadlineMs),
  shutdown: (deadlineMs) => running().shutdown(deadlineMs),
};
