import { absentInstrumentations, instrumentationNames } from './instrumentation-table.ts';

const PREFIX = '@opentelemetry/instrumentation-';
/** Other names for what is here under one: OpenTelemetry's for `fetch` is `undici`. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['fetch', 'undici'],
  ['redis-4', 'redis'],
  ['grpc-js', 'grpc'],
]);

/** Says which instrumentations are on. */
export interface InstrumentationSwitch {
  /** @param name `pg`, `http`, or the whole name of a package or of an instrumentation */
  isOn(name: string): boolean;
  /** Names in either list that nothing here has; one that is turned off may be any of OpenTelemetry's. */
  readonly unknown: readonly string[];
}

/**
 * Reads the two lists of OpenTelemetry: what is disabled is off, and with a list of enabled ones all others are off.
 * Names count with and without `@opentelemetry/instrumentation-`, and `http`, `undici` and the frameworks mean what
 * Sightline has in place of those instrumentations.
 *
 * @param only undefined: all
 * @param added what plug-ins and options bring, which can be named too
 * @see https://opentelemetry.io/docs/zero-code/js/configuration/
 */
export function instrumentationSwitch(
  only: readonly string[] | undefined,
  without: readonly string[],
  added: readonly string[] = [],
): InstrumentationSwitch {
  const known = new Set([...instrumentationNames, ...added.map(shortName)]);
  const on = only === undefined ? undefined : new Set(only.map(shortName));
  const off = new Set(without.map(shortName));
  return {
    isOn(name) {
      const short = shortName(name);
      return !off.has(short) && (on === undefined || on.has(short));
    },
    unknown: [
      ...new Set([
        ...(only ?? []),
        ...without.filter((name) => !absentInstrumentations.has(shortName(name))),
      ]),
    ].filter((name) => !known.has(shortName(name))),
  };
}

function shortName(name: string): string {
  const short = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
  return ALIASES.get(short) ?? short;
}
