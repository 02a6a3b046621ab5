import type { SightlineError } from '@sightline/errors';
import type { Check, CheckDefinition, DrainHook } from '@sightline/health';
import type { ClientRequestSink, RequestSink } from '@sightline/http';
import type { AdminRoute } from './admin/route.ts';
import { pluginProblem } from './admitted-plugins.ts';
import type { AdmittedPlugins } from './admitted-plugins.ts';
import type { Plugin, PluginEnd } from './plugin.ts';
import type { Sightline } from './sightline.ts';

/** What the parts of a plug-in are added to; each returns what takes it off again. */
export interface PluginDoors {
  addRequestSink(sink: RequestSink): (() => void) | undefined;
  addClientRequestSink(sink: ClientRequestSink): (() => void) | undefined;
  addRoute(route: AdminRoute): () => void;
  addStatus(name: string, section: () => unknown): () => void;
  addCheck(name: string, check: Check | CheckDefinition): () => void;
  addDrainHook(name: string, hook: DrainHook): () => void;
}

export interface PluginHost {
  /** Adds every part of the plug-ins, and starts them in their order. */
  start(sightline: Sightline, plugins: readonly Plugin[], doors: PluginDoors): void;
  /** Ends those that said how, the last one first, side by side; waits no longer than the deadline [ms]. Never rejects. */
  end(deadlineMs: number): Promise<void>;
  /** For `/status`. */
  stats(): {
    readonly running: readonly string[];
    readonly leftOut: readonly string[];
    readonly failures: number;
  };
}

/**
 * Runs plug-ins: one that throws is taken off with all its parts, counted and told, and the others go on.
 *
 * @param refused those that were left out before
 */
export function createPluginHost(
  onProblem: (problem: SightlineError) => void,
  refused: AdmittedPlugins['refused'] = [],
): PluginHost {
  const running = new Set<string>();
  const leftOut = new Set(refused.map(({ name }) => name));
  const ends: { readonly name: string; readonly end: PluginEnd }[] = [];
  let failures = refused.length;
  let ending: Promise<void> | undefined;

  function fail(name: string, doing: 'start' | 'end', cause: unknown): void {
    failures += 1;
    onProblem(pluginProblem(name, doing, cause));
  }

  function startOne(sightline: Sightline, plugin: Plugin, doors: PluginDoors): void {
    const {
      name,
      requestSink,
      clientRequestSink,
      routes = [],
      status = {},
      checks = {},
      drain = {},
    } = plugin;
    const takeOffs: ((() => void) | undefined)[] = [];
    const leaveOut = (error: unknown): void => {
      for (const takeOff of takeOffs) takeOff?.();
      leftOut.add(name);
      fail(name, 'start', error);
    };
    try {
      if (running.has(name)) throw new TypeError('its name is taken');
      if (requestSink) takeOffs.push(doors.addRequestSink(requestSink));
      if (clientRequestSink) takeOffs.push(doors.addClientRequestSink(clientRequestSink));
      for (const route of routes) takeOffs.push(doors.addRoute(route));
      for (const [section, read] of Object.entries(status)) takeOffs.push(doors.addStatus(section, read));
      for (const [check, run] of Object.entries(checks)) takeOffs.push(doors.addCheck(check, run));
      for (const [hook, run] of Object.entries(drain)) takeOffs.push(doors.addDrainHook(hook, run));
      const end = plugin.start?.(sightline);
      if (typeof end === 'function') ends.push({ name, end });
      else if (end !== undefined) ends.push({ name, end: endOf(end, leaveOut, name) });
      running.add(name);
    } catch (error) {
      leaveOut(error);
    }
  }

  /** Of one that starts in its own time: where it fails later, nobody else would take the error, and the process would end by it. */
  function endOf(starting: Promise<unknown>, leaveOut: (error: unknown) => void, name: string): PluginEnd {
    const started = Promise.resolve(starting).catch((error: unknown) => {
      running.delete(name);
      leaveOut(error);
    });
    return async (signal) => {
      const end = await started;
      if (typeof end === 'function') await (end as PluginEnd)(signal);
    };
  }

  async function endAll(deadlineMs: number): Promise<void> {
    const { signal, abort } = deadline(deadlineMs);
    const timeUp = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    const all = Promise.all(
      ends.toReversed().map(async ({ name, end }) => {
        try {
          await end(signal);
        } catch (error) {
          fail(name, 'end', error);
        }
      }),
    );
    await Promise.race([all, timeUp]);
    abort();
  }

  for (const { problem } of refused) onProblem(problem);

  return {
    start(sightline, plugins, doors) {
      for (const plugin of plugins) startOne(sightline, plugin, doors);
    },
    end: (deadlineMs) => (ending ??= ends.length === 0 ? Promise.resolve() : endAll(deadlineMs)),
    stats: () => ({ running: [...running], leftOut: [...leftOut], failures }),
  };
}

/** `AbortSignal.timeout` takes whole numbers alone, and what is left of a time is none. */
function deadline(deadlineMs: number): { readonly signal: AbortSignal; abort(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), deadlineMs);
  return {
    signal: controller.signal,
    abort() {
      clearTimeout(timer);
      controller.abort();
    },
  };
}
