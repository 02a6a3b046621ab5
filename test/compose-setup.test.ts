import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { alertmanagerConfig, yamlFile } from '@sightline/alerts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { composeFolder } from './compose/compose-file.ts';
import { pathOr, tellMissing } from './compose/stack-program.ts';
import { debianProgram } from './servers/debian.ts';

// A program that takes a second may take many on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(join(composeFolder, file), 'utf8');
const found = await debianProgram({ program: 'busybox', package: 'busybox-static', release: 'sid' });
tellMissing([found]);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-compose-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('setup.sh', () => {
  const shells = ['sh', 'busybox'] as const;

  function environment(work: string): Record<string, string | undefined> {
    return {
      PATH: process.env['PATH'],
      SECRETS_DIR: join(work, 'secrets'),
      ALERTS_DIR: join(work, 'alerts'),
      RECEIVERS_FILE: join(composeFolder, 'alertmanager/alertmanager.yml'),
      GRAFANA_DIR: join(work, 'grafana'),
      ALERTMANAGER_DIR: join(work, 'alertmanager'),
      ALERTMANAGER_SECRETS_SHOWN: `${join(work, 'alertmanager/secrets')}/`,
      SHOP_DIR: join(work, 'shop'),
    };
  }

  /** With the shell of this machine, or as the image has it: one busybox for the shell and every program. */
  async function setUp(
    shell: (typeof shells)[number],
    work: string,
    skip: (reason: string) => never,
  ): Promise<string> {
    const script = join(composeFolder, 'setup/setup.sh');
    const env = environment(work);
    if (!existsSync(join(work, 'alerts')))
      cpSync(`${root}/alerts`, join(work, 'alerts'), { recursive: true });
    if (shell === 'sh') return (await run('sh', [script], { env })).stdout;
    const busybox = pathOr(found, skip);
    const applets = join(work, 'bin');
    if (!existsSync(applets)) {
      mkdirSync(applets);
      await run(busybox, ['--install', '-s', applets]);
    }
    return (await run(join(applets, 'sh'), [script], { env: { ...env, PATH: applets } })).stdout;
  }
  const secret = (work: string, name: string): string => readFileSync(join(work, 'secrets', name), 'utf8');
  const receivers = (work: string): string[] =>
    (
      parse(readFileSync(join(work, 'alertmanager/alertmanager.yml'), 'utf8')) as {
        receivers: Record<string, unknown>[];
      }
    ).receivers.flatMap(({ name, ...kinds }) => Object.keys(kinds).toSpliced(0, 0, String(name)));

  it.for(shells)(
    'makes secrets once, for their readers alone, and tells nobody what they are: %s',
    async (shell, { skip }) => {
      const work = join(folder, `setup-${shell}`);
      mkdirSync(work);
      const said = await setUp(shell, work, skip);
      const password = secret(work, 'grafana_admin_password');
      expect(password).toMatch(/^[0-9a-f]{64}$/);
      expect(said).not.toContain(password);
      expect(secret(work, 'grafana_secret_key')).not.toBe(password);
      expect(readFileSync(join(work, 'grafana/admin_password'), 'utf8')).toBe(password);
      for (const path of ['secrets/grafana_admin_password', 'grafana/admin_password', 'shop/token'])
        expect([path, statSync(join(work, path)).mode & 0o777]).toEqual([path, 0o600]);
      expect(await setUp(shell, work, skip)).toBe('');
      expect(secret(work, 'grafana_admin_password')).toBe(password);
    },
  );

  it.for(shells)(
    'gives Alertmanager the receivers whose secret is there, and no others: %s',
    async (shell, { skip }) => {
      const work = join(folder, `receivers-${shell}`);
      mkdirSync(work);
      await setUp(shell, work, skip);
      expect(receivers(work)).toEqual(['nobody']);
      writeFileSync(join(work, 'secrets/alert_slack_url'), 'https://hooks.test/x\n');
      await setUp(shell, work, skip);
      expect(receivers(work)).toEqual(['nobody', 'everyone', 'slack_configs']);
      writeFileSync(join(work, 'secrets/alert_dead_mans_switch_url'), 'https://switch.test/x');
      await setUp(shell, work, skip);
      expect(receivers(work)).toEqual([
        'nobody',
        'everyone',
        'slack_configs',
        'dead-mans-switch',
        'webhook_configs',
      ]);
      expect(readFileSync(join(work, 'alertmanager/alertmanager.yml'), 'utf8')).not.toContain('hooks.test');
    },
  );

  it.for(shells)('names the files of secrets whatever the folder is called: %s', async (shell, { skip }) => {
    const work = join(folder, `R&D it's #1 \\n ${shell}`);
    mkdirSync(work);
    await setUp(shell, work, skip);
    writeFileSync(join(work, 'secrets/alert_slack_url'), 'https://hooks.test/x\n');
    await setUp(shell, work, skip);
    const [, everyone] = (
      parse(readFileSync(join(work, 'alertmanager/alertmanager.yml'), 'utf8')) as {
        receivers: { slack_configs?: [{ api_url_file: string }] }[];
      }
    ).receivers;
    expect(everyone?.slack_configs?.[0].api_url_file).toBe(
      join(work, 'alertmanager/secrets/alert_slack_url'),
    );
  });

  it('takes routes of your own as they are', async ({ skip }) => {
    const work = join(folder, 'own');
    mkdirSync(work);
    await setUp('sh', work, skip);
    const own = yamlFile(
      'Own.',
      alertmanagerConfig({
        teams: { web: { services: ['shop'], receivers: { webhook: { url: { value: 'http://web.test' } } } } },
      }),
    );
    writeFileSync(join(work, 'alerts/alertmanager.yml'), own);
    await setUp('sh', work, skip);
    expect(readFileSync(join(work, 'alertmanager/alertmanager.yml'), 'utf8')).toBe(own);
  });
});

describe('the backups', () => {
  it('are put back as they were, and a broken one touches nothing', async ({ skip }) => {
    const busybox = pathOr(found, skip);
    const work = join(folder, 'backup');
    const applets = join(work, 'bin');
    mkdirSync(join(work, 'data/loki/wal'), { recursive: true });
    mkdirSync(join(work, 'backups'));
    mkdirSync(applets);
    await run(busybox, ['--install', '-s', applets]);
    const inWork = async (name: string, ...args: string[]): Promise<string> => {
      const script = join(work, `${name}.sh`);
      const text = read(`backup/${name}.sh`);
      writeFileSync(script, text.replaceAll(/(?<=[ "=])\/(data|backups)\//g, `${work}/$1/`));
      return (await run(join(applets, 'sh'), [script, ...args], { env: { PATH: applets } })).stdout;
    };
    writeFileSync(join(work, 'data/loki/wal/1'), 'kept');
    await inWork('pack', 'loki', 'one');
    writeFileSync(join(work, 'data/loki/wal/1'), 'changed');
    writeFileSync(join(work, 'data/loki/new'), 'new');
    await inWork('unpack', 'loki', 'one');
    expect(readFileSync(join(work, 'data/loki/wal/1'), 'utf8')).toBe('kept');
    expect(readdirSync(join(work, 'data/loki'))).toEqual(['wal']);
    writeFileSync(join(work, 'backups/two-loki.tar.gz'), 'no archive');
    await expect(inWork('unpack', 'loki', 'two')).rejects.toThrow('Command failed');
    expect(readFileSync(join(work, 'data/loki/wal/1'), 'utf8')).toBe('kept');
    // One that fails in the middle leaves nothing that takes room.
    await expect(inWork('pack', 'tempo', 'three')).rejects.toThrow('Command failed');
    expect(readdirSync(join(work, 'backups')).toSorted()).toEqual(['one-loki.tar.gz', 'two-loki.tar.gz']);
  });

  it('leave no server ended where there is none of the name that was given', async () => {
    const work = join(folder, 'restore');
    mkdirSync(join(work, 'backup'), { recursive: true });
    mkdirSync(join(work, 'bin'));
    cpSync(join(composeFolder, 'backup/restore.sh'), join(work, 'backup/restore.sh'));
    writeFileSync(
      join(work, 'bin/docker'),
      `#!/bin/sh\necho "$*" >>"${work}/asked"\ncase "$*" in *run*) exit 1 ;; esac\n`,
      { mode: 0o755 },
    );
    const env = { PATH: `${join(work, 'bin')}:${process.env['PATH']}` };
    const restore = join(work, 'backup/restore.sh');
    await expect(run('sh', [restore, 'nameless', 'loki'], { env })).rejects.toThrow('Command failed');
    expect(readFileSync(join(work, 'asked'), 'utf8').trim().split('\n')).toEqual([
      'compose stop loki',
      'compose run --rm --no-deps restore loki nameless',
      'compose start loki',
    ]);
    await expect(run('sh', [restore], { env })).rejects.toThrow('names no backup');
  });
});
