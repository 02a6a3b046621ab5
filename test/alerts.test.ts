import { cpSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  type AlertmanagerOptions,
  type Receivers,
  alertRules,
  alertmanagerConfig,
  defineSlo,
  leastAlertmanager,
  logRules,
  missingCases,
  runbookFile,
  sloRules,
} from '@sightline/alerts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mutantText, mutantsOf } from './alerts/mutants.ts';
import { aboutRule, filesOf, isNoticedByFiles } from './alerts/mutations.ts';
import { amtools, findPrograms, inParallel, outcomeOf, programOf, promtools } from './alerts/promtool.ts';
import { type TestFile, alertsFolder, prometheusGroups, readGroups, readTests } from './alerts/rule-files.ts';
import { grammarErrors } from '../packages/dashboards/src/grammar.fixture.ts';
import { lookSections } from './alerts/runbook-looks.ts';
import { codeBlocks, headings } from './markdown.ts';
import type { Found } from './servers/debian.ts';

const PROGRAM_MS = 120_000;
/** Of all files of tests [ms]. */
const PROGRAMS_MS = 1_800_000;
const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
/** Tests over days of an SLO take promtool seconds each: the older one runs them in the long form, and by `pnpm alerts:test`. */
const ofDays = new Set(['slos.yml', 'slo-days.yml', 'slo-records.yml']);
/** Every so many of the alerts are changed for a look whether their tests notice. */
const CHANGED_EVERY = 8;

let folder: string;
let promtoolPaths: readonly Found[] = [];
let amtoolPaths: readonly Found[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-alerts-'));
  promtoolPaths = await findPrograms(promtools);
  amtoolPaths = await findPrograms(amtools);
}, 300_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function filesIn(name: string): readonly string[] {
  return readdirSync(join(alertsFolder, name))
    .filter((file) => file.endsWith('.yml'))
    .map((file) => join(alertsFolder, name, file));
}

/** Read once: on a busy machine a megabyte of YAML takes seconds. */
const testFiles = readTests();

const alerts = prometheusGroups()
  .flatMap(({ rules }) => rules)
  .filter(({ alert }) => alert !== undefined);

describe.each(promtools.map(({ name }, index) => [name, index] as const))('%s', (_name, index) => {
  it(
    'finds nothing wrong with the rules, nor with any at another scale or for one route',
    async ({ skip }) => {
      const promtool = programOf(promtoolPaths[index], skip);
      const slo = defineSlo({
        service: 'shop',
        route: '/pay',
        objective: 0.95,
        window: '7d',
        sli: { kind: 'latency', thresholdSeconds: 0.25 },
        probe: 'probe_success{instance="https://shop.test/readyz"}',
      });
      const options = { timeScaleRatio: 0.02, services: ['shop'] };
      const other = join(folder, `other-${index}.yml`);
      const groups = [...Object.values(alertRules(options)), ...sloRules([slo], options)];
      await writeFile(other, JSON.stringify({ groups }));
      const outcome = await outcomeOf(promtool, ['check', 'rules', ...filesIn('prometheus'), other]);
      expect(outcome).toMatchObject({ ok: true });
    },
    PROGRAM_MS,
  );

  it(
    'passes every file of tests',
    async ({ skip }) => {
      const promtool = programOf(promtoolPaths[index], skip);
      const isNewest = index === promtools.length - 1;
      const files = filesIn('tests').filter((path) => isNewest || isLong || !ofDays.has(basename(path)));
      const outcomes = await inParallel(files, 2, async (path) => {
        const { ok, output } = await outcomeOf(promtool, ['test', 'rules', path], { timeoutMs: PROGRAMS_MS });
        return ok ? [] : [`${basename(path)}: ${output}`];
      });
      expect(outcomes.flat()).toEqual([]);
      expect(outcomes.length).toBe(files.length);
    },
    PROGRAMS_MS,
  );

  it(
    'can read every query of the runbooks',
    async ({ skip }) => {
      const promtool = programOf(promtoolPaths[index], skip);
      const rules = runbooks.flatMap(({ name, text }) =>
        codeBlocks(text)
          .filter(({ language }) => language === 'promql')
          .map(({ code, line }) => ({ record: `${name.replaceAll(/\W/g, '_')}:line_${line}`, expr: code })),
      );
      expect(rules.length).toBeGreaterThan(100);
      const path = join(folder, `runbooks-${index}.yml`);
      await writeFile(path, JSON.stringify({ groups: [{ name: 'runbooks', rules }] }));
      expect(await outcomeOf(promtool, ['check', 'rules', '--lint=none', path])).toMatchObject({ ok: true });
    },
    PROGRAM_MS,
  );
});

describe('the tests of the rules', () => {
  it('have a firing, a silent, a waiting and a recovery case for every alert', () => {
    expect(missingCases(alerts, testFiles)).toEqual([]);
  });

  it('are missed by the gate when they are not there', () => {
    const [first] = alerts;
    expect(missingCases([{ ...first!, alert: 'Unheard' }], testFiles)).toEqual([
      'Unheard: a firing case',
      'Unheard: a silent case',
      'Unheard: a case of its `for`',
      'Unheard: a recovery case',
    ]);
  });

  it(
    'notice a changed rule',
    async ({ skip }) => {
      const promtool = programOf(promtoolPaths.at(-1), skip);
      // A threshold, an operator, a label or a wait of a few alerts, each with the tests that are about it.
      const mutants = alerts
        .filter(({ labels }) => labels?.['slo'] === undefined)
        .filter((_rule, index) => index % CHANGED_EVERY === 0)
        .flatMap((rule, index) => mutantsOf(rule).slice(index, index + 1));
      expect(mutants.length).toBeGreaterThan(3);
      const unnoticed = await inParallel(mutants, 2, async (mutant) => {
        const files = filesOf(mutant, testFiles).flatMap((file) => aboutRule(mutant.rule, file) ?? []);
        const isNoticed = await isNoticedByFiles(
          mutant,
          files,
          async (path) => (await outcomeOf(promtool, ['test', 'rules', path])).ok,
        );
        return isNoticed ? [] : [mutantText(mutant)];
      });
      expect(unnoticed.flat()).toEqual([]);
    },
    PROGRAM_MS,
  );
});

const runbooks = readdirSync(join(alertsFolder, 'runbooks')).map((name) => ({
  name,
  text: readFileSync(join(alertsFolder, 'runbooks', name), 'utf8'),
}));

describe('the runbooks', () => {
  const named = [...prometheusGroups(), ...readGroups('loki/logs.yml')].flatMap(({ rules }) =>
    rules.flatMap(({ alert, annotations }) =>
      alert === undefined ? [] : [{ alert, url: annotations?.['runbook_url'] }],
    ),
  );

  it('are where the alerts say', () => {
    const missing = named.filter(
      ({ url }) => url === undefined || !existsSync(join(alertsFolder, '..', url)),
    );
    expect(missing).toEqual([]);
  });

  it('are there for no alert that is gone', () => {
    const files = new Set(named.map(({ alert }) => runbookFile(alert)));
    expect(runbooks.map(({ name }) => name).filter((name) => !files.has(name))).toEqual([]);
  });

  it.each(runbooks.map(({ name, text }) => [name, text] as const))('have every part: %s', (name, text) => {
    const looks = lookSections.has(name) ? ['Three looks'] : [];
    expect(headings(text, 2)).toEqual(['Meaning', 'Impact', 'Diagnose', ...looks, 'Mitigate', 'Queries']);
    expect(headings(text, 1).map(runbookFile)).toEqual([name]);
    const links = Array.from(text.matchAll(/\]\(([\w-]+\.md)\)/g), (match) => match[1]!);
    expect(links.filter((link) => !existsSync(join(alertsFolder, 'runbooks', link)))).toEqual([]);
  });
});

describe('the queries of the runbooks to logs and traces', () => {
  it.each(['logql', 'traceql'] as const)('are %s by its own grammar', (language) => {
    const blocks = runbooks
      .flatMap(({ text }) => codeBlocks(text))
      .filter((each) => each.language === language);
    expect(blocks.length).toBeGreaterThan(1);
    expect(blocks.flatMap(({ code }) => grammarErrors(language, code))).toEqual([]);
  });
});

/** Everything that can be configured, as far as Alertmanager 0.25 knows it. */
const oldReceivers: AlertmanagerOptions['receivers'] = {
  slack: { url: { file: '/run/secrets/slack' }, channel: '#alerts' },
  pagerduty: { routingKey: { file: '/run/secrets/pagerduty' } },
  opsgenie: { apiKey: { file: '/run/secrets/opsgenie' } },
  email: {
    to: 'team@shop.test',
    from: 'alerts@shop.test',
    smarthost: 'mail.shop.test:587',
    username: 'alerts',
    password: { file: '/run/secrets/mail' },
  },
  discord: { url: { value: 'https://discord.test/api/webhooks/1/x' } },
  telegram: { botToken: { value: '1:x' }, chatId: -42 },
  webhook: { url: { value: 'https://hook.test/alerts' } },
};
const allReceivers: AlertmanagerOptions['receivers'] = {
  ...oldReceivers,
  teams: { url: { file: '/run/secrets/teams' } },
  discord: { url: { file: '/run/secrets/discord' } },
  telegram: { botToken: { file: '/run/secrets/telegram' }, chatId: -42 },
  webhook: { url: { file: '/run/secrets/hook' } },
};

const routed: AlertmanagerOptions = {
  receivers: { webhook: { url: { value: 'https://hook.test/all' } } },
  teams: {
    web: { receivers: { webhook: { url: { value: 'https://hook.test/web' } } } },
    money: {
      services: ['payments', 'ledger.eu'],
      receivers: { webhook: { url: { value: 'https://hook.test/money' } } },
    },
  },
  quietEnvironments: ['staging', 'preview'],
  workingHours: { days: 'friday:monday', from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' },
  deadMansSwitch: { url: { value: 'https://switch.test/1' } },
};

/** Which labels lead where. */
const routes: readonly (readonly [labels: Readonly<Record<string, string>>, receiver: string])[] = [
  [{ alertname: 'Watchdog', severity: 'none' }, 'dead-mans-switch'],
  [{ alertname: 'OptionsWrong', severity: 'info', service: 'shop' }, 'nobody'],
  [{ alertname: 'ErrorRatioHigh', severity: 'critical', service: 'shop' }, 'everyone'],
  [{ alertname: 'LatencyHigh', severity: 'warning', service: 'shop' }, 'everyone'],
  [
    { alertname: 'A', severity: 'critical', service: 'shop', deployment_environment_name: 'staging' },
    'nobody',
  ],
  [
    { alertname: 'A', severity: 'critical', service: 'shop', deployment_environment_name: 'production' },
    'everyone',
  ],
  [{ alertname: 'A', severity: 'critical', service: 'shop', team: 'web' }, 'team-web'],
  [{ alertname: 'A', severity: 'warning', service: 'shop', team: 'web' }, 'team-web'],
  [{ alertname: 'A', severity: 'critical', service: 'payments' }, 'team-money'],
  [{ alertname: 'A', severity: 'warning', service: 'ledger.eu' }, 'team-money'],
  [{ alertname: 'A', severity: 'warning', service: 'ledgerXeu' }, 'everyone'],
  [{ alertname: 'A', severity: 'critical', team: 'unknown', service: 'x' }, 'everyone'],
  [{ alertname: 'A' }, 'everyone'],
];

/** Writes a configuration beside the templates, as Alertmanager would find both. */
async function writeConfig(name: string, options?: AlertmanagerOptions): Promise<string> {
  cpSync(join(alertsFolder, 'templates'), join(folder, 'templates'), { recursive: true });
  const path = join(folder, `${name}.yml`);
  await writeFile(path, JSON.stringify(alertmanagerConfig(options)));
  return path;
}

describe.each(amtools.map(({ name }, index) => [name, index] as const))('%s', (_name, index) => {
  it('takes the committed configuration, which tells nobody', async ({ skip }) => {
    const amtool = programOf(amtoolPaths[index], skip);
    const outcome = await outcomeOf(amtool, ['check-config', join(alertsFolder, 'alertmanager.yml')]);
    expect(outcome).toMatchObject({ ok: true, output: expect.stringContaining('1 receivers') as string });
  });

  it('takes every receiver that its release knows', async ({ skip }) => {
    const amtool = programOf(amtoolPaths[index], skip);
    const receivers = index === 0 ? oldReceivers : allReceivers;
    expect(leastAlertmanager(receivers as Receivers)).toBe(index === 0 ? '0.25.0' : '0.28.0');
    const path = await writeConfig(`receivers-${index}`, { ...routed, receivers });
    const outcome = await outcomeOf(amtool, ['check-config', path]);
    expect(outcome).toMatchObject({ ok: true, output: expect.stringContaining('1 templates') as string });
  });

  it('leads every kind of alert to its receiver', async ({ skip }) => {
    const amtool = programOf(amtoolPaths[index], skip);
    const path = await writeConfig(`routes-${index}`, routed);
    const outcomes = await inParallel(routes, 4, async ([labels, receiver]) => {
      const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
      const args = [
        'config',
        'routes',
        'test',
        `--config.file=${path}`,
        `--verify.receivers=${receiver}`,
        ...pairs,
      ];
      const { ok, output } = await outcomeOf(amtool, args);
      return ok ? '' : `${pairs.join(' ')}: ${output.trim()}, not ${receiver}`;
    });
    expect(outcomes.filter((problem) => problem !== '')).toEqual([]);
  });
});

/** What a template is given for one alert; the summary has what a markup could take for its own. */
function templateData(status: 'firing' | 'resolved'): object {
  const labels = {
    alertname: 'ErrorRatioHigh',
    severity: 'critical',
    service: 'shop',
    deployment_environment_name: 'production',
  };
  return {
    status,
    alerts: [
      {
        status,
        labels,
        annotations: {
          summary: 'shop fails 6.2% of its requests (a < b)',
          description: 'Users see errors now.',
          runbook_url: 'https://wiki.test/error-ratio-high.md',
          dashboard_url: 'http://grafana.test/d/sightline-service?from=now-1h&to=now&var-service=shop',
          trace_url: 'http://grafana.test/explore?panes=from%22%3A%22now-1h%22%2C%22to%22%3A%22now',
        },
        startsAt: '2026-11-26T03:12:00Z',
        endsAt: '2026-11-26T03:40:00Z',
      },
    ],
    groupLabels: labels,
    commonLabels: labels,
    commonAnnotations: {},
  };
}

/** Half an hour before the alert. */
const FROM_MS = Date.UTC(2026, 10, 26, 2, 42);
const dashboard = `http://grafana.test/d/sightline-service?from=${FROM_MS}&to=now&var-service=shop`;
const traces = `http://grafana.test/explore?panes=from%22%3A%22${FROM_MS}%22%2C%22to%22%3A%22now`;

/** Each template, and what comes of it: the first line says what, how bad and where. */
const screens: readonly (readonly [template: string, status: 'firing' | 'resolved', text: string])[] = [
  ['title', 'firing', '🔥 ErrorRatioHigh: critical, shop in production'],
  ['title', 'resolved', '✅ ErrorRatioHigh: over, shop in production'],
  ['link', 'firing', dashboard],
  ['color', 'firing', 'danger'],
  ['color', 'resolved', 'good'],
  [
    'slack',
    'firing',
    `*shop fails 6.2% of its requests (a < b)*\nUsers see errors now.\nsince 03:12 UTC · <https://wiki.test/error-ratio-high.md|Runbook> · <${dashboard}|Dashboard> · <${traces}|Traces>`,
  ],
  ['slack', 'resolved', '~shop fails 6.2% of its requests (a < b)~\n03:12 to 03:40 UTC'],
  [
    'markdown',
    'firing',
    `**shop fails 6.2% of its requests (a < b)**\nUsers see errors now.\nsince 03:12 UTC · [Runbook](https://wiki.test/error-ratio-high.md) · [Dashboard](${dashboard}) · [Traces](${traces})`,
  ],
  [
    'text',
    'firing',
    `shop fails 6.2% of its requests (a < b)\nUsers see errors now.\nsince 03:12 UTC\n\nRunbook: https://wiki.test/error-ratio-high.md\nDashboard: ${dashboard}`,
  ],
  [
    'telegram',
    'firing',
    `<b>🔥 ErrorRatioHigh: critical, shop in production</b>\nshop fails 6.2% of its requests (a &lt; b)\nUsers see errors now.\nsince 03:12 UTC · <a href="${dashboard}">Dashboard</a> · <a href="https://wiki.test/error-ratio-high.md">Runbook</a>`,
  ],
];

describe.each(amtools.map(({ name }, index) => [name, index] as const))(
  'the templates with %s',
  (_name, index) => {
    it.each(screens)('say it in a few lines: %s, %s', async (template, status, text) => {
      const found = amtoolPaths[index];
      if (found === undefined || 'missing' in found) return;
      const data = join(folder, `data-${index}-${status}.json`);
      await writeFile(data, JSON.stringify(templateData(status)));
      const { output } = await outcomeOf(found.path, [
        'template',
        'render',
        `--template.glob=${alertsFolder}/templates/*.tmpl`,
        `--template.data=${data}`,
        `--template.text={{ template "sightline.${template}" . }}`,
      ]);
      expect(output.trim()).toBe(text);
    });
  },
);

describe('the annotations of every alert', () => {
  it(
    'are whole sentences with their numbers, once Prometheus has filled them in',
    async ({ skip }) => {
      const promtool = programOf(promtoolPaths.at(-1), skip);
      const files = testFiles.filter(({ name }) => !name.startsWith('slo'));
      const rendered = await inParallel(files, 2, async (file) => {
        const path = join(folder, `rendered-${file.name}`);
        await writeFile(path, JSON.stringify(withoutExpectations(file)));
        // It fails, because nothing is expected, and tells what there is.
        return (await outcomeOf(promtool, ['test', 'rules', path])).output;
      });
      const output = rendered.join('\n');
      const found = new Map(
        Array.from(
          output.matchAll(/Labels:\{alertname="(\w+)".*?\}\s+Annotations:\{(.*)\}/g),
          ([, name = '', text = '']) => [name, text] as const,
        ),
      );
      const named = alerts
        .map(({ alert = '' }) => alert)
        .filter((name) => !/^(?:ErrorBudget|SloWithout)/.test(name));
      expect(named.filter((name) => !found.has(name))).toEqual([]);
      const broken = [...found].filter(([, text]) => /<no value>|\{\{|%!|<error/.test(text));
      expect(broken).toEqual([]);
      expect(found.get('ErrorRatioHigh')).toContain('summary="shop fails 5.5% of its requests"');
      expect(found.get('DependencySlow')).toContain(
        'shop waits for bank: one call in twenty takes over 2.2s',
      );
    },
    PROGRAM_MS,
  );
});

/** The tests of a file, each asking for the first alert that it says fires, and expecting none. */
function withoutExpectations(file: TestFile): object {
  const { name: _name, rule_files: rules, ...rest } = file;
  return {
    ...rest,
    rule_files: rules.map((path) => join(alertsFolder, 'tests', path)),
    tests: file.tests.flatMap(({ promql_expr_test: checks, ...test }) => {
      const firing = checks.find(({ exp_samples: samples = [] }) =>
        samples.some(({ labels }) => labels.includes('alertstate="firing"')),
      );
      const alertname = /alertname="(\w+)"/.exec(firing?.expr ?? '')?.[1];
      if (firing === undefined || alertname === undefined) return [];
      return [{ ...test, alert_rule_test: [{ eval_time: firing.eval_time, alertname, exp_alerts: [] }] }];
    }),
  };
}

describe('the routes', () => {
  it('are all taken by one of the kinds of alerts above', () => {
    const receivers = new Set(routes.map(([, receiver]) => receiver));
    expect(
      alertmanagerConfig(routed)
        .receivers.map(({ name }) => name)
        .toSorted(),
    ).toEqual([...receivers].toSorted());
  });
});

describe('the rules of both engines', () => {
  it('have no name in common that means two things', () => {
    const prometheus = new Set(alerts.map(({ alert }) => alert));
    const loki = logRules().rules.flatMap((rule) => ('alert' in rule ? [rule.alert] : []));
    expect(loki.filter((name) => prometheus.has(name))).toEqual([]);
  });
});
