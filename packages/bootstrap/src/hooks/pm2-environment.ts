const READ_HERE = /^(?:OTEL|SIGHTLINE)_|^LOG_LEVEL$/;

/**
 * Takes over what pm2 says of telemetry: in its cluster mode it hands the environment of a service over as JSON, and unpacks
 * that when the service is loaded, which is after every preload.
 *
 * @param env which is changed, as pm2 changes it a moment later
 */
export function unpackPm2Environment(env: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(pm2Given(env))) {
    if (READ_HERE.test(name) && typeof value === 'string') env[name] = value;
  }
}

/** What pm2 hands over as JSON, until it has unpacked that itself; nothing elsewhere. */
export function pm2Given(env: Readonly<Record<string, string | undefined>>): object {
  try {
    return Object(JSON.parse(env['pm2_env'] ?? '')) as object;
  } catch {
    return {};
  }
}
