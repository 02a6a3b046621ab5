/** What is needed of a registry of `prom-client` or `@prometheus-io/client`, whichever version is installed. */
export interface RegistryLike {
  getMetricsAsArray(): readonly object[];
  /** Tells whether names of counters are those of OpenMetrics. */
  readonly contentType: string;
}

/**
 * The default registry of a metrics library, of whose exports nothing is known beforehand.
 *
 * @param moduleExports what `require()` or `import()` of the library gave, or a registry itself
 * @returns undefined when there is none in it
 * @example registryOf(await import('prom-client'))
 */
export function registryOf(moduleExports: unknown): RegistryLike | undefined {
  if (isRegistryLike(moduleExports)) return moduleExports;
  if (!isObject(moduleExports)) return undefined;
  for (const exports of [moduleExports, moduleExports['default']]) {
    if (isObject(exports) && isRegistryLike(exports['register'])) return exports['register'];
  }
  return undefined;
}

function isRegistryLike(value: unknown): value is RegistryLike {
  return (
    isObject(value) &&
    typeof value['getMetricsAsArray'] === 'function' &&
    typeof value['contentType'] === 'string'
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
