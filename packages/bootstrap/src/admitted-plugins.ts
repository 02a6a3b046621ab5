import type { Attributes } from '@opentelemetry/api';
import { SightlineError, thrownText } from '@sightline/errors';
import { redactOptionsSchema } from '@sightline/redact';
import type { Plugin } from './plugin.ts';

/** The plug-ins that take part: what they say of themselves was asked, and could be used. */
export interface AdmittedPlugins {
  readonly plugins: readonly Plugin[];
  /** Of all of them; the last one of a name has it. */
  readonly resourceAttributes: Attributes;
  /** Those that are left out, one problem each. */
  readonly refused: readonly { readonly name: string; readonly problem: SightlineError }[];
}

/**
 * Asks plug-ins for what everything else is made with, before anything is made: one that throws, that wants to censor
 * what cannot be, or whose name is taken is left out with all its parts.
 */
export function admitPlugins(plugins: readonly Plugin[]): AdmittedPlugins {
  const admitted = new Map<string, Plugin>();
  const refused: { name: string; problem: SightlineError }[] = [];
  const resourceAttributes: Attributes = {};
  for (const plugin of plugins) {
    const { name } = plugin;
    try {
      if (admitted.has(name)) throw new TypeError('its name is taken');
      checkRedaction(plugin);
      const { resourceAttributes: own } = plugin;
      Object.assign(resourceAttributes, typeof own === 'function' ? own() : own);
      admitted.set(name, plugin);
    } catch (error) {
      refused.push({ name, problem: pluginProblem(name, 'start', error) });
    }
  }
  return { plugins: [...admitted.values()], resourceAttributes, refused };
}

/** What a plug-in failed to do, in words. */
export function pluginProblem(name: string, doing: 'start' | 'end', cause: unknown): SightlineError {
  const reason = thrownText(cause).replace(/\.$/, '');
  return new SightlineError(
    'SIGHTLINE_PLUGIN',
    {
      problem: `the plug-in ${name} failed to ${doing}: ${reason}`,
      expected: 'a plug-in that does not throw',
      fix: 'correct it; without it everything else runs',
    },
    { cause },
  );
}

function checkRedaction({ redact }: Plugin): void {
  if (redact === undefined) return;
  const { error } = redactOptionsSchema.safeParse(redact);
  if (error === undefined) return;
  const wrong = error.issues.map(({ path, message }) => `redact.${path.join('.')}: ${message}`);
  throw new TypeError(wrong.join('; '));
}
