import { readFileSync } from 'node:fs';
import { SightlineError, parseOptions } from '@sightline/errors';
import { type GrafanaOptions, grafanaOptionsSchema } from './grafana-options.ts';

/** Where Grafana is, and who asks. */
export interface GrafanaAccess {
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string;
  readonly timeoutMs: number;
}

const DEFAULT_URL = 'http://localhost:3000';

/**
 * Code beats environment beats default; a token beats a file.
 *
 * @param environment what is read of it: `GRAFANA_URL`, `GRAFANA_TOKEN`, `GRAFANA_TOKEN_FILE`
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` for a wrong option, `SIGHTLINE_GRAFANA_TOKEN` without a token that can be read
 */
export function grafanaAccess(
  options: GrafanaOptions | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): GrafanaAccess {
  const fromEnvironment = {
    url: given(environment['GRAFANA_URL']),
    // Whoever names a token or a file in code means that one.
    ...(options?.token === undefined && options?.tokenFile === undefined
      ? {
          token: given(environment['GRAFANA_TOKEN']),
          tokenFile: given(environment['GRAFANA_TOKEN_FILE']),
        }
      : {}),
  };
  const { url, token, tokenFile, timeoutMs } = parseOptions('createGrafanaClient', grafanaOptionsSchema, {
    ...fromEnvironment,
    ...options,
  });
  return {
    url: (url ?? DEFAULT_URL).replace(/\/+$/, ''),
    token: (token ?? tokenFrom(tokenFile)).trim(),
    timeoutMs,
  };
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

function tokenFrom(file: string | undefined): string {
  if (file === undefined) {
    throw new SightlineError('SIGHTLINE_GRAFANA_TOKEN', {
      problem: 'there is no token for Grafana',
      expected: 'the token of a service account with the role Editor or Admin',
      fix: 'set GRAFANA_TOKEN, or GRAFANA_TOKEN_FILE to the file that holds it',
    });
  }
  try {
    const token = readFileSync(file, 'utf8').trim();
    if (token !== '') return token;
  } catch (error) {
    throw new SightlineError(
      'SIGHTLINE_GRAFANA_TOKEN',
      {
        problem: `the file with the token, ${file}, cannot be read`,
        expected: 'a file that this user may read',
        fix: 'correct the path or the rights of the file',
      },
      { cause: error },
    );
  }
  throw new SightlineError('SIGHTLINE_GRAFANA_TOKEN', {
    problem: `the file with the token, ${file}, is empty`,
    expected: 'a token and nothing else',
    fix: 'write the token of a service account into it',
  });
}
