/** The command sightline with the real programs: promtool, and an Alertmanager that tells a webhook. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alertmanagerConfig } from '@sightline/alerts';
import { type Io, run } from '@sightline/cli';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Alertmanager,
  type NotificationSink,
  startAlertmanager,
  startNotificationSink,
} from './servers/alertmanager.ts';
import { type Found, debianProgram } from './servers/debian.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const PROGRAM_MS = 60_000;
/** How long a notification may take: `group_wait` is nothing here, the rest is the machine [ms]. */
const NOTIFIED_MS = 30_000;
const ASK_EVERY_MS = 100;

/** Runs a command line in this process, at the top of the repository. */
async function sightline(
  ...argv: readonly string[]
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  const io: Io = {
    stdin: (async function* nothing() {})(),
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env: { PATH: '/nowhere' },
    cwd: root,
    isTerminal: { stdout: false, stderr: false },
    fetch,
    now: Date.now,
    signal: AbortSignal.timeout(PROGRAM_MS),
  };
  return { exitCode: await run(argv, io), stdout, stderr };
}

/** The program, or the test is skipped with the reason. */
function pathOf(found: Found, skip: (reason: string) => never): string {
  return 'missing' in found ? skip(found.missing) : found.path;
}

describe('sightline with promtool', () => {
  let promtool: Found;
  let folder: string;
  beforeAll(async () => {
    promtool = await debianProgram({ program: 'promtool', package: 'prometheus', release: 'own' });
    folder = await mkdtemp(join(tmpdir(), 'sightline-cli-'));
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it(
    'finds nothing in the committed alerts, and what only promtool finds in others',
    async ({ skip }) => {
      const path = pathOf(promtool, skip);
      expect(await sightline('alerts', 'lint', '--promtool', path)).toMatchObject({
        exitCode: 0,
        stderr: '',
      });
      const file = join(folder, 'types.yml');
      // The grammar has nothing against a sum of a text.
      await writeFile(file, 'groups:\n  - name: g\n    rules:\n      - record: a\n        expr: sum("x")\n');
      expect((await sightline('alerts', 'lint', file)).exitCode).toBe(0);
      const ran = await sightline('alerts', 'lint', file, '--promtool', path);
      expect(ran.exitCode).toBe(1);
      expect(ran.stdout).toMatch(/types\.yml:5: error: promtool: .*expected type instant vector/);
    },
    PROGRAM_MS,
  );

  it(
    'runs a file of tests, which fails when a rule is not as it expects',
    async ({ skip }) => {
      const path = pathOf(promtool, skip);
      const committed = 'alerts/tests/latency.yml';
      const ran = await sightline('alerts', 'test', committed, '--coverage', '--promtool', path);
      expect(ran).toMatchObject({
        exitCode: 0,
        stdout: `ok   ${committed}\n1 file of tests: 0 failed, 0 alerts without a test\n`,
      });
      await writeFile(
        join(folder, 'rules.yml'),
        'groups: [{ name: g, rules: [{ alert: A, expr: up == 0 }] }]',
      );
      await writeFile(
        join(folder, 'tests.yml'),
        'rule_files: [rules.yml]\ntests: [{ interval: 1m, input_series: [{ series: up, values: "1x5" }], alert_rule_test: [{ eval_time: 2m, alertname: A, exp_alerts: [{}] }] }]',
      );
      const failed = await sightline('alerts', 'test', join(folder, 'tests.yml'), '--promtool', path);
      expect(failed.exitCode).toBe(1);
      expect(failed.stdout).toContain('alertname: A, time: 2m');
    },
    PROGRAM_MS,
  );
});

describe.each([
  ['of this release', 'own'],
  ['the newest', 'sid'],
] as const)("sightline alerts fire, with Debian's Alertmanager, %s", (_name, release) => {
  let program: Found;
  let alertmanager: Alertmanager | undefined;
  let sink: NotificationSink;
  beforeAll(async () => {
    program = await debianProgram({
      program: 'prometheus-alertmanager',
      package: 'prometheus-alertmanager',
      release,
    });
    sink = await startNotificationSink();
    if ('missing' in program) return;
    const config = alertmanagerConfig({
      receivers: { webhook: { url: { value: sink.url } } },
      groupWaitSeconds: 0,
      groupIntervalSeconds: 1,
    });
    alertmanager = await startAlertmanager({
      path: program.path,
      config,
      templates: join(root, 'alerts/templates'),
    });
  }, 300_000);
  afterAll(async () => {
    await alertmanager?.stop();
    await sink.close();
  });

  function running(started: Alertmanager | undefined, skip: (reason: string) => never): Alertmanager {
    return started ?? skip('missing' in program ? program.missing : 'it did not start');
  }

  /** Waits for a notification. */
  async function notified(alert: string, status: string): Promise<unknown> {
    const deadline = AbortSignal.timeout(NOTIFIED_MS);
    for (;;) {
      const found = sink.notifications.find(
        (each) => each.status === status && each.alerts.some(({ labels }) => labels['alertname'] === alert),
      );
      if (found !== undefined) return found.alerts[0];
      deadline.throwIfAborted();
      // oxlint-disable-next-line no-await-in-loop -- one look after the other
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
  }

  it(
    'leads a notification through the real routes, and another when it is ended',
    async ({ skip }) => {
      const { url } = running(alertmanager, skip);
      const line = ['alerts', 'fire', 'ErrorRatioHigh', '--service', 'checkout', '--alertmanager', url];
      const fired = await sightline(...line);
      expect(fired).toMatchObject({ exitCode: 0, stderr: '' });
      expect(fired.stdout).toContain('goes to everyone (webhook)');
      expect(await notified('ErrorRatioHigh', 'firing')).toMatchObject({
        labels: { alertname: 'ErrorRatioHigh', service: 'checkout', severity: 'critical' },
        annotations: { summary: '[test] checkout fails 100% of its requests' },
      });
      expect((await sightline(...line, '--resolve')).exitCode).toBe(0);
      expect(await notified('ErrorRatioHigh', 'resolved')).toMatchObject({ status: 'resolved' });
    },
    PROGRAM_MS,
  );

  it('says that nobody is told of what routes keep back', async ({ skip }) => {
    const { url } = running(alertmanager, skip);
    const ran = await sightline('alerts', 'fire', 'OptionsWrong', '--alertmanager', url);
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toContain(
      'goes to nobody (nobody)\nnobody will be told: its routes lead to no receiver that notifies',
    );
  });
});

describe('the executable sightline', () => {
  const main = join(root, 'packages/cli/dist/main.js');
  const node = (...argv: readonly string[]): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, [main, ...argv], {
      encoding: 'utf8',
      cwd: root,
      env: { PATH: process.env['PATH'] },
    });

  it('prints its result and ends with its exit code', () => {
    expect(node('slo', '--help')).toMatchObject({ status: 0, stderr: '' });
    expect(node('alerts', 'lnt')).toMatchObject({ status: 2, stdout: '' });
  });

  it('says on an old Node.js what is needed, before anything of it can break', () => {
    const old = `data:text/javascript,Object.defineProperty(process, 'version', { value: 'v20.20.2' })`;
    const ran = spawnSync(process.execPath, ['--import', old, main, 'doctor'], { encoding: 'utf8' });
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect(ran.stderr).toContain('this is Node.js 20.20.2 (SIGHTLINE_NODE_VERSION)');
  });

  it('ends quietly when nobody reads on', () => {
    const command = `"${process.execPath}" "${main}" help --json | head -1`;
    expect(spawnSync('sh', ['-c', command], { encoding: 'utf8' })).toMatchObject({
      stdout: '{\n',
      stderr: '',
    });
  });
});
