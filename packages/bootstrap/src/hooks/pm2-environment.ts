const READ_HERE = /^(?:OTEL|SIGHTLINE)_|^LOG_LEVEL$/;

/**
 * Takes over what pm2 says of telemetry: in its cluster mode it hands the environment of a service over as JSON, and unpacks
 * that when the service is loaded, which is after every preload.
 *
 * @param env which is changed, as pm2 changes it a moment later
 */
export function unpackPm2Environment(env: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(given(env['pm2_env'] ?? ''))) {
    if (READ_HERE.test(name) && typeof value === 'string') env[name] = value;
  }
}

function given(text: string): object {
  try {
    return Object(JSON.parse(text)) as object;
  } catch {
    return {};
  }
}
