import type { Environment } from '@sightline/errors';

export interface ResourceFields {
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
  readonly version?: string | undefined;
}

/**
 * The fields that say who writes: what the code gives, else `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`.
 *
 * Source: https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable
 *
 * @returns only the fields that are set
 */
export function resourceFields(
  given: ResourceFields,
  env: Environment = process.env,
): Record<string, string> {
  const attributes = parseAttributes(env['OTEL_RESOURCE_ATTRIBUTES'] ?? '');
  const fields = {
    service: given.service ?? (env['OTEL_SERVICE_NAME'] || attributes.get('service.name')),
    environment:
      given.environment ??
      attributes.get('deployment.environment.name') ??
      attributes.get('deployment.environment'),
    version: given.version ?? attributes.get('service.version'),
  };
  return Object.fromEntries(
    Object.entries(fields).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
    ),
  );
}

/** `key=value,key=value`, values percent-encoded; a pair that does not decode is left out. */
function parseAttributes(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const pair of text.split(',')) {
    const equals = pair.indexOf('=');
    if (equals < 1) continue;
    try {
      attributes.set(pair.slice(0, equals).trim(), decodeURIComponent(pair.slice(equals + 1).trim()));
    } catch {
      // Not percent-encoded as the specification asks: nothing to be shown.
    }
  }
  return attributes;
}
