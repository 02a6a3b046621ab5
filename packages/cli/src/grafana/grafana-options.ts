import { resolve } from 'node:path';
import type { GrafanaClient } from '@sightline/dashboards';
import { ports } from '@sightline/conventions';
import type { OptionSpecs } from '../command.ts';
import { endpoint } from '../http/endpoint.ts';
import type { Io } from '../io.ts';
import { loadDashboards } from './load-dashboards.ts';
import { isHttpUrl } from '../option-checks.ts';
import { usageError } from '../usage-error.ts';

/** What every command takes that asks Grafana. `GRAFANA_SERVER` is what grafanactl calls it. */
export const grafanaOptions = {
  url: {
    type: 'string',
    value: 'url',
    default: `http://localhost:${ports.grafana.port}`,
    env: ['GRAFANA_URL', 'GRAFANA_SERVER'],
    help: 'Grafana, with the path that a proxy adds',
    check: isHttpUrl,
  },
  'token-file': {
    type: 'string',
    value: 'file',
    env: ['GRAFANA_TOKEN_FILE'],
    help: 'A file with the token of a service account; GRAFANA_TOKEN is the token itself',
    completes: 'file',
  },
} as const satisfies OptionSpecs;

/** @throws {SightlineError} `SIGHTLINE_CLI_USAGE` without a token, `SIGHTLINE_GRAFANA_TOKEN` when its file cannot be read */
export async function grafanaClient(
  { env, cwd, fetch, signal }: Pick<Io, 'env' | 'cwd' | 'fetch' | 'signal'>,
  values: { readonly url: string; readonly 'token-file': string | undefined },
): Promise<GrafanaClient> {
  const { url, headers } = endpoint(values.url);
  if (headers['authorization'] !== undefined) {
    throw usageError({
      problem: 'the URL of Grafana holds a name and a password',
      expected: 'a token of a service account',
      fix: 'take them out of the URL, and set GRAFANA_TOKEN or --token-file',
    });
  }
  const token = env['GRAFANA_TOKEN'];
  const named = values['token-file'];
  // An option beats both variables; of these, the token beats its file, as it does in @sightline/dashboards.
  const file = token && named === env['GRAFANA_TOKEN_FILE'] ? undefined : named;
  if (file === undefined && !token) {
    throw usageError({
      problem: 'there is no token for Grafana',
      expected: 'the token of a service account with the role Editor or Admin',
      fix: 'set GRAFANA_TOKEN, or name the file that holds it with --token-file',
    });
  }
  const { createGrafanaClient } = await loadDashboards();
  return createGrafanaClient(
    { url, ...(file === undefined ? { token: token ?? '' } : { tokenFile: resolve(cwd, file) }) },
    {
      environment: {},
      fetch: (to, init) =>
        fetch(to, { ...init, signal: init.signal ? AbortSignal.any([signal, init.signal]) : signal }),
    },
  );
}
