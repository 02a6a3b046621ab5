import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertFiles } from '@sightline/alerts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runWith } from '../../fake-io.fixture.ts';

// Every rule that is generated is read: a second of work, which a busy machine makes many of.
vi.setConfig({ testTimeout: 60_000 });

const cwd = mkdtempSync(join(tmpdir(), 'sightline-lint-'));
/** The fake one needs what every machine has. */
const withPromtool = { PATH: `/nowhere:${cwd}/bin:${process.env['PATH']}` };
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(join(cwd, path, '..'), { recursive: true });
  writeFileSync(join(cwd, path), text);
}

const rule = (text: string): string =>
  `groups:\n  - name: g\n    rules:\n      - ${text.replaceAll('\n', '\n        ')}\n`;
const whole = 'labels: { severity: critical }\nannotations: { summary: s, runbook_url: https://r }';

/** A promtool that refuses files with `refused` in them, and says what it was called with. */
const PROMTOOL = `#!/bin/sh
case "$1 $2" in
  "check rules") grep -q refused "$3" && { printf 'Checking %s\\n  FAILED:\\n%s: 5:9: group "g", rule 1: could not parse\\n' "$3" "$3"; exit 1; } ; exit 0 ;;
  "test rules") grep -q refused "$3" && { printf '  FAILED:\\n    got: none\\n' >&2; exit 1; } ; echo '  SUCCESS' ;;
esac
`;

beforeAll(() => {
  for (const { path, content } of alertFiles()) write(`alerts/${path}`, content);
  write('bin/promtool', PROMTOOL);
  chmodSync(join(cwd, 'bin/promtool'), 0o755);
});

describe('alerts lint', () => {
  it('has nothing against what is generated, in PromQL, LogQL and for Kubernetes', async () => {
    const ran = await runWith('alerts lint --strict --json', { cwd });
    expect(ran.exitCode).toBe(0);
    const { result } = ran.json() as {
      result: { files: { file: string; language: string }[]; findings: []; promtool: null };
    };
    expect(result).toMatchObject({ findings: [], promtool: null });
    expect(result.files.filter(({ language }) => language === 'LogQL')).toMatchObject([
      { file: 'alerts/loki/logs.yml' },
    ]);
    expect(result.files.map(({ file }) => file)).toContain('alerts/kubernetes/prometheus-rule.yml');
    expect(result.files.map(({ file }) => file)).not.toContain('alerts/alertmanager.yml');
    expect(ran.stderr).toContain('promtool is not on the PATH');
  });

  it.each([
    ['alert: A\nexpr: up == ', 5, 'rule "A": expr is no PromQL: it ends too early, after "up =="'],
    ['alert: A\nexpr: sum(up', 5, 'expr is no PromQL'],
    ['alert: A\nexpr: up\nfor: 5 minutes', 6, 'group "g", rule "A", for: a duration such as 5m or 1h30m'],
    [
      'alert: A\nexpr: up\nlables: {}',
      4,
      'group "g", rule "A": lables is no key of it; did you mean labels?',
    ],
    ['alert: A\nrecord: a\nexpr: up', 4, 'has both alert and record'],
    ['expr: up', 4, 'group "g", rule 1: has neither alert nor record'],
    ['record: a-b\nexpr: up', 4, 'record is no name of a metric'],
    ['record: a:b\nexpr: up\nfor: 5m', 4, 'records, so for has no place in it'],
    ['alert: A\nexpr: up\nannotations: { summary: "{{ $value" }', 6, 'annotations.summary opens a template'],
    ['alert: A\nexpr: up\nlabels: { a-b: c }', 6, 'a label: letters, digits and _'],
  ])('finds the mistake in %j at its line', async (text, line, message) => {
    write('one.yml', rule(text));
    const ran = await runWith('alerts lint one.yml', { cwd });
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout.split('\n').find((each) => each.includes('error:') && each.includes(message))).toMatch(
      new RegExp(`^one.yml:${line}: error: `),
    );
  });

  it('finds broken YAML, a group that is there twice, and a rule that is', async () => {
    write('broken.yml', 'groups:\n  - name: [');
    write(
      'twice.yml',
      `${rule(`alert: A\nexpr: up\n${whole}`)}${rule(`record: r\nexpr: up`).slice('groups:\n'.length)}`,
    );
    const ran = await runWith('alerts lint broken.yml twice.yml', { cwd });
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toMatch(/broken\.yml:\d: error: /);
    expect(ran.stdout).toContain('twice.yml:8: error: group "g" is there twice');
    write(
      'bomb.yml',
      `a: &a [1]\n${'bcdefgh'.replaceAll(/./g, (key, at) => `${key}: &${key} [${'*'.concat('abcdefgh'[at as unknown as number] ?? 'a', ', ').repeat(9)}]\n`)}groups: *h\n`,
    );
    expect((await runWith('alerts lint bomb.yml', { cwd })).stdout).toMatch(/bomb\.yml:1: error: /);
    write('same.yml', rule('record: r\nexpr: up') + '      - { record: r, expr: up }\n');
    expect((await runWith('alerts lint same.yml', { cwd })).stdout).toContain(
      'rule "r" is there twice, with the same labels',
    );
  });

  it('warns of an alert that says too little, which counts only with --strict', async () => {
    write('short.yml', rule('alert: A\nexpr: up == 0'));
    const ran = await runWith('alerts lint short.yml', { cwd });
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain('1 file, 1 rule: 0 errors, 3 warnings');
    expect((await runWith('alerts lint short.yml --strict', { cwd })).exitCode).toBe(1);
  });

  it('asks promtool, on the PATH or by its option, and shows the line that it names', async () => {
    write('refused.yml', rule(`alert: A\nexpr: refused\n${whole}`));
    for (const given of [
      { env: withPromtool },
      { option: '--promtool bin/promtool', env: { PATH: process.env['PATH'] } },
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const ran = await runWith(`alerts lint refused.yml ${given.option ?? ''}`, {
        cwd,
        env: given.env,
      });
      expect(ran.exitCode).toBe(1);
      expect(ran.stdout).toContain('refused.yml:5: error: promtool: ');
      expect(ran.stdout).toContain('could not parse');
    }
  });

  it('asks promtool for nothing that it does not read, and shows what it says when that is odd', async () => {
    write('odd/odd.yml', rule(`alert: A\nexpr: up\n${whole}`));
    write('odd/logs.yml', rule(`alert: B\nexpr: count_over_time({a="b"} |= "c" [5m]) > 0\n${whole}`));
    write(
      'odd/operator.yml',
      `kind: PrometheusRule\nspec:\n  ${rule('record: r\nexpr: up').replaceAll('\n', '\n  ')}`,
    );
    write('odd/wrong.yml', rule('record: r\nexpr: sum('));
    write('odd-promtool', '#!/bin/sh\necho "$3" >>"$ASKED"\necho "Checking $3"\nexit 1\n');
    chmodSync(join(cwd, 'odd-promtool'), 0o755);
    const env = { ASKED: join(cwd, 'asked-promtool') };
    const ran = await runWith('alerts lint odd --promtool odd-promtool', { cwd, env });
    expect(ran.exitCode).toBe(1);
    expect(readFileSync(env.ASKED, 'utf8')).toBe(`${join(cwd, 'odd/odd.yml')}\n`);
    expect(ran.stdout).toContain(`odd/odd.yml:1: error: promtool: Checking ${join(cwd, 'odd/odd.yml')}`);
    write('empty/alerts/x.txt', '');
    const none = await runWith('alerts lint', { cwd: join(cwd, 'empty') });
    expect(none.stderr).toContain('alerts has no file of rules in it');
  });

  it('names every path that is not there, and a folder without rules', async () => {
    const ran = await runWith('alerts lint no.yml nor.yml', { cwd });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr.match(/SIGHTLINE_CLI_FILE/g)).toHaveLength(2);
    expect(await runWith('alerts lint bin', { cwd })).toMatchObject({ exitCode: 2 });
  });
});

describe('alerts test', () => {
  const test = (alert: string, extra = ''): string =>
    `rule_files: [../rules.yml]\ntests:\n  - promql_expr_test: [{ expr: 'ALERTS{alertname="${alert}"}', eval_time: 1m }]\n${extra}`;
  const env = withPromtool;
  beforeAll(() => {
    write(
      'rules.yml',
      `${rule('alert: A\nexpr: up')}      - { alert: B, expr: up }\n      - { record: c, expr: up }\n`,
    );
    write('good/a.yml', test('A'));
    write('good/notes.yml', 'nothing: here');
    write('bad/a.yml', test('A', '# refused\n'));
  });

  it('runs every file, and names the alerts that none asks for', async () => {
    const ran = await runWith('alerts test good', { cwd, env });
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toBe(
      'ok   good/a.yml\nnone B: no test asks for it\n1 file of tests: 0 failed, 1 alert without a test\n',
    );
    expect((await runWith('alerts test good --coverage', { cwd, env })).exitCode).toBe(1);
    write(
      'good/b.yml',
      'rule_files: [../rules.yml]\ntests: [{ alert_rule_test: [{ alertname: B, eval_time: 1m }] }]',
    );
    expect((await runWith('alerts test good --coverage', { cwd, env })).exitCode).toBe(0);
  });

  it('shows what promtool says of a test that fails', async () => {
    const ran = await runWith('alerts test bad --json', { cwd, env });
    expect(ran.json()).toMatchObject({
      exitCode: 1,
      result: { files: [{ ok: false, output: expect.stringContaining('got: none') as string }] },
    });
  });

  it('says that it needs promtool', async () => {
    const ran = await runWith('alerts test good', { cwd });
    expect(ran.exitCode).toBe(3);
    expect(ran.stderr).toContain('SIGHTLINE_CLI_PROGRAM');
    expect((await runWith('alerts test good --promtool rules.yml', { cwd })).exitCode).toBe(3);
  });
});
