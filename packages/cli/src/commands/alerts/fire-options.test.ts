import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWith } from '../../fake-io.fixture.ts';
import type { Io } from '../../io.ts';

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'sightline-fire-'));
  writeFileSync(
    join(cwd, 'mine.yml'),
    'groups: [{ name: g, rules: [{ alert: Mine, expr: up, labels: { severity: info } }] }]\n',
  );
  writeFileSync(join(cwd, 'token'), 'a-token\n');
  writeFileSync(join(cwd, 'no-token'), 'two words\n');
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** Takes what is posted, and answers questions so. */
function alertmanager(answers: (posted: object) => Readonly<Record<string, unknown>>) {
  let posted: { labels?: object } = {};
  const headers: (string | null)[] = [];
  const fetch: Io['fetch'] = (url, init) => {
    headers.push(new Headers(init.headers).get('authorization'));
    if (init.method === 'POST') {
      [posted = {}] = JSON.parse(init.body as string) as object[];
      return Promise.resolve(new Response(''));
    }
    const path = new URL(url).pathname.split('/').at(-1) ?? '';
    return Promise.resolve(Response.json(answers(posted.labels ?? {})[path] ?? null));
  };
  return { fetch, headers };
}

describe('alerts fire', () => {
  it('takes the alert of a file, and is who the token says', async () => {
    const { fetch, headers } = alertmanager((labels) => ({
      alerts: [{ labels, receivers: [{ name: 'a' }, { name: 'b' }], status: {} }],
      status: { config: { original: 'receivers: [{ name: a, email_configs: [{}] }]' } },
    }));
    const ran = await runWith('alerts fire Mine --rules mine.yml --label team=web --token-file token', {
      cwd,
      fetch,
    });
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain('goes to a (email), b (nobody)');
    expect(new Set(headers)).toEqual(new Set(['Bearer a-token']));
  });

  it.each<readonly [string, (labels: object) => Readonly<Record<string, unknown>>, string]>([
    [
      'does not list it',
      () => ({ alerts: [], status: {} }),
      'Alertmanager took the alert and does not list it',
    ],
    [
      'lists another',
      (labels) => ({ alerts: [{ labels: { ...labels, x: 'y' } }], status: {} }),
      'Alertmanager took the alert and does not list it',
    ],
    [
      'answers something that is no list',
      () => ({ alerts: {}, status: [] }),
      'Alertmanager took the alert and does not list it',
    ],
    [
      'has a configuration that is no YAML',
      (labels) => ({ alerts: [{ labels, receivers: [{}] }], status: { config: { original: '{' } } }),
      'its routes lead to no receiver that notifies',
    ],
  ])('is a finding, and no fault of its own, when Alertmanager %s', async (_name, answers, why) => {
    const ran = await runWith('alerts fire Mine --rules mine.yml', {
      cwd,
      fetch: alertmanager(answers).fetch,
    });
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toContain(`nobody will be told: ${why}`);
  });

  it.each([
    ['--token-file no-token', 2, 'holds no token'],
    ['--token-file away', 2, 'away cannot be read: it is not there'],
    ['--rules away.yml', 2, 'away.yml cannot be read: it is not there'],
    ['--label nothing', 2, 'name=value'],
    ['--value much', 2, 'a number'],
  ])('names what is wrong with: %s', async (line, exitCode, problem) => {
    const ran = await runWith(`alerts fire Mine --rules mine.yml ${line}`, { cwd });
    expect(ran.exitCode).toBe(exitCode);
    expect(ran.stderr).toContain(problem);
  });

  it.each<readonly [string, () => Promise<Response>, string]>([
    [
      'does not answer in time',
      () => Promise.reject(new DOMException('late', 'TimeoutError')),
      'no answer within 10 s',
    ],
    [
      'answers half of it',
      () => Promise.resolve({ text: () => Promise.reject(new Error('x')) } as never),
      'the request failed',
    ],
    [
      'listens on a port of those that are blocked',
      () => Promise.reject(new TypeError('fetch failed', { cause: new Error('bad port') })),
      'a port that fetch asks nothing of',
    ],
    [
      'refuses it without a word',
      () => Promise.resolve(new Response('', { status: 400 })),
      '400: no reason given',
    ],
  ])('says that Alertmanager %s', async (_name, fetch, problem) => {
    const ran = await runWith('alerts fire Mine --rules mine.yml', { cwd, fetch });
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toContain(problem);
  });
});
