import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SightlineError } from '@sightline/errors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grafanaAccess } from './grafana-access.ts';
import type { GrafanaOptions } from './grafana-options.ts';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-token-'));
  file = join(folder, 'token');
  writeFileSync(file, 'from-file\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('grafanaAccess', () => {
  it('takes code before environment, and a token before a file', () => {
    const environment = {
      GRAFANA_URL: 'https://g.example/sub/',
      GRAFANA_TOKEN: 'from-env',
      GRAFANA_TOKEN_FILE: file,
    };
    expect(grafanaAccess(undefined, environment)).toEqual({
      url: 'https://g.example/sub',
      token: 'from-env',
      timeoutMs: 10_000,
    });
    expect(grafanaAccess({ tokenFile: file }, environment).token).toBe('from-file');
    expect(grafanaAccess({ url: 'http://a', token: 'code' }, environment)).toMatchObject({
      url: 'http://a',
      token: 'code',
    });
    expect(grafanaAccess(undefined, { GRAFANA_TOKEN_FILE: file, GRAFANA_TOKEN: '' })).toMatchObject({
      url: 'http://localhost:3000',
      token: 'from-file',
    });
  });

  it.each<[string, GrafanaOptions | undefined, string]>([
    ['no token', undefined, 'SIGHTLINE_GRAFANA_TOKEN'],
    ['a file that is not there', { tokenFile: '/nowhere/token' }, 'SIGHTLINE_GRAFANA_TOKEN'],
    ['a URL that is none', { url: 'ftp://x', token: 't' }, 'SIGHTLINE_OPTIONS'],
  ])('says what is wrong with %s', (_, options, code) => {
    let thrown: unknown;
    try {
      grafanaAccess(options, {});
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(SightlineError);
    expect((thrown as SightlineError).code).toBe(code);
  });
});
