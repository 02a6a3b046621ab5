import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ports } from '@sightline/conventions';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { composeFolder, readComposeFile } from './compose/compose-file.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(join(composeFolder, file), 'utf8');
const file = readComposeFile();

describe('Grafana', () => {
  const settings = Object.fromEntries(
    read('grafana/grafana.ini')
      .split(/^\[/m)
      .slice(1)
      .map((section) => {
        const [name = '', ...lines] = section.split('\n');
        const pairs = lines
          .filter((line) => / = /.test(line))
          .map((line) => line.split(' = ') as [string, string]);
        return [name.replace(/\]$/, ''), Object.fromEntries(pairs)];
      }),
  );

  it('lets nobody in without a name, has no default password, and lets nobody save over a dashboard', () => {
    expect(settings).toMatchObject({
      'auth.anonymous': { enabled: 'false' },
      users: { allow_sign_up: 'false', auto_assign_org_role: 'Viewer', viewers_can_edit: 'false' },
      security: {
        admin_password: '$__file{/run/secrets/grafana/admin_password}',
        secret_key: '$__file{/run/secrets/grafana/secret_key}',
      },
    });
    const dashboards = parse(
      readFileSync(`${root}/dashboards/provisioning/dashboards/sightline.yaml`, 'utf8'),
    ) as {
      providers: { allowUiUpdates: boolean; options: { path: string } }[];
    };
    expect(dashboards.providers.map(({ allowUiUpdates }) => allowUiUpdates)).toEqual([false]);
    const mounted = file.services['grafana']?.volumes?.find((volume) => volume.startsWith('../dashboards:'));
    expect(mounted?.split(':')[1]).toBe(dashboards.providers[0]?.options.path);
    expect(settings['dashboards']?.['default_home_dashboard_path']).toMatch(
      new RegExp(`^${dashboards.providers[0]?.options.path}/`),
    );
    expect(existsSync(`${root}/dashboards/sightline-fleet.json`)).toBe(true);
  });

  it('asks the servers where they are', () => {
    const { datasources } = parse(
      readFileSync(`${root}/dashboards/provisioning/datasources/sightline.yaml`, 'utf8'),
    ) as { datasources: { url: string }[] };
    expect(datasources.map(({ url }) => url).toSorted()).toEqual(
      (['alertmanager', 'loki', 'prometheus', 'tempo'] as const).map(
        (name) => `http://${name}:${ports[name].port}`,
      ),
    );
  });

  it('is told a reason for each line that differs from its default', () => {
    const lines = read('grafana/grafana.ini').split('\n');
    const without = lines.filter((line, index) => {
      if (!line.includes(' = ')) return false;
      const above = lines.slice(0, index).toReversed();
      const block = above.slice(
        0,
        above.findIndex((each) => each === '' || each.startsWith('[')),
      );
      return !block.some((each) => each.startsWith(';')) && !above[0]?.includes(' = ');
    });
    expect(without).toEqual([]);
  });
});
