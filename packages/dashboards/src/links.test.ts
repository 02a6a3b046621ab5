import { lokiLabels, lokiMetadataFields } from '@sightline/conventions';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dashboards } from './dashboards.ts';
import type { DashboardDefinition } from './define-dashboard.ts';
import { filled, grammarErrors } from './grammar.fixture.ts';
import { dashboardUids, toAlert, toDashboardOf, toLogs, toTraces } from './links.ts';
import type { Panel, PanelLink } from './panels/panel.ts';
import { dataSourceUids } from './provisioning/data-sources.ts';
import { provisioningFiles } from './provisioning/provisioning-files.ts';

const all = Object.values(dashboards());
const byUid = new Map(all.map((definition) => [definition.uid, definition]));

/** A link, where it stands. */
interface Placed extends PanelLink {
  readonly on: DashboardDefinition;
  readonly panel: Panel;
}

const links: readonly Placed[] = all.flatMap((on) =>
  on.rows.flatMap(({ panels }) =>
    panels.flatMap((panel) =>
      [...(panel.links ?? []), ...(panel.valueLinks ?? [])].map(({ title, url }) => ({
        title,
        url,
        on,
        panel,
      })),
    ),
  ),
);

function variablesOf({ variables }: DashboardDefinition): readonly string[] {
  return variables.map(({ name }) => name);
}

/** Names between `${` and `}`, without their format. */
function placeholders(url: string): readonly string[] {
  return Array.from(url.matchAll(/\$\{([^}:]+)(?::\w+)?\}/g), ([, name]) => name ?? '');
}

describe('the links of panels', () => {
  it('lead to dashboards that there are, with variables that these have', () => {
    const toBoards = links.filter(({ url }) => url.startsWith('/d/'));
    expect(toBoards.length).toBeGreaterThan(20);
    for (const { url, title, on } of toBoards) {
      const [, uid = ''] = /^\/d\/([\w-]+)\?/.exec(url) ?? [];
      const there = byUid.get(uid);
      expect([title, uid, there?.uid]).toEqual([title, uid, uid]);
      expect(uid).not.toBe(url.includes('var-') ? '' : on.uid);
      const given = Array.from(url.matchAll(/var-(\w+)=/g), ([, name]) => name ?? '');
      expect(given.filter((name) => there === undefined || !variablesOf(there).includes(name))).toEqual([]);
    }
  });

  it('use variables of their own dashboard, labels of their lines and columns of their tables', () => {
    for (const { url, on, panel } of links) {
      const legends = panel.queries.flatMap((query) => ('legend' in query ? [query.legend] : [])).join(' ');
      const columns = Object.values(panel.columns ?? {});
      const known = (name: string): boolean => {
        if (/^__(?:url_time_range|from|to)$/.test(name)) return true;
        const [, label] = /^__field\.labels\.(\w+)$/.exec(name) ?? [];
        if (label !== undefined) return legends.includes(`{{${label}}}`);
        const [, column] = /^__data\.fields(?:\.|\[")(\w[\w ]*)(?:"\])?$/.exec(name) ?? [];
        if (column !== undefined) return columns.includes(column);
        return variablesOf(on).includes(name);
      };
      expect([url, placeholders(url).filter((name) => !known(name))]).toEqual([url, []]);
    }
  });

  it('search in Explore with queries that parse', () => {
    const explored = links.filter(({ url }) => url.startsWith('/explore?'));
    expect(explored.length).toBeGreaterThan(5);
    for (const { url } of explored) {
      const panes = JSON.parse(
        decodeURIComponent(new URL(filled(url, {}), 'http://g').searchParams.get('panes') ?? ''),
      ) as {
        a: { queries: readonly { query?: string; expr?: string }[] };
      };
      const [query] = panes.a.queries;
      const language = query?.query === undefined ? 'logql' : 'traceql';
      const asked = query?.query ?? query?.expr ?? '';
      expect([asked, grammarErrors(language, asked)]).toEqual([asked, []]);
    }
  });

  it('are one for each alert that compares the same, to its runbook where there is a place for them', () => {
    expect(toAlert('ErrorRatioHigh', 'https://docs.example/runbooks/')).toEqual({
      title: 'Runbook of ErrorRatioHigh',
      url: 'https://docs.example/runbooks/error-ratio-high.md',
    });
    expect(toAlert('ErrorRatioHigh', undefined).url).toBe('/alerting/list?search=rule:ErrorRatioHigh');
  });
});

describe('toTraces', () => {
  it('leaves variables to Grafana and encodes the rest', () => {
    const { url } = toTraces('t', '{ resource.service.name =~ "$service" && kind = server }');
    expect(url).toContain('${service:pipe}');
    expect(url).toContain('${tempo_datasource}');
    expect(url.replaceAll(/\$\{[^}]+\}/g, '')).toMatch(/^[\w%.~!*'()/?=&-]+$/);
  });
});

describe('toTraces of a query that escapes its variables', () => {
  it('leaves them as they are in a URL, where a backslash would be one of its JSON', () => {
    const { url } = toTraces('t', '{ resource.service.name =~ `${service:regex}` }');
    expect(url).toContain('${service:pipe}');
    expect(url).not.toContain(':regex');
  });

  /** Grafana puts text in place of the variable, and only then decodes the address and reads its JSON. */
  it.each(['shop', 'shop|pay', 'shop.v2', 'a/b c-d_e', '.*'])(
    'is read by Grafana with %j in its place',
    (names) => {
      const { url } = toTraces('t', '{ resource.service.name =~ `${service:regex}` }');
      const put = filled(url, { service: names, tempo_datasource: 'tempo' });
      const panes = new URL(put, 'http://grafana').searchParams.get('panes') ?? '';
      expect(JSON.parse(panes)).toMatchObject({
        a: { queries: [{ query: `{ resource.service.name =~ \`${names}\` }` }] },
      });
    },
  );
});

describe('toLogs', () => {
  it('asks Loki, as it is chosen', () => {
    expect(decodeURIComponent(toLogs('t', '{service_name=~"$service"}').url)).toContain(
      '"type":"loki","uid":"${loki_datasource}"',
    );
  });
});

describe('toDashboardOf', () => {
  it('takes what is clicked on, and hands on what is chosen', () => {
    expect(toDashboardOf('routes', 't', { route: 'http_route' }).url).toBe(
      `/d/${dashboardUids.routes}?\${__url_time_range}&\${environment:queryparam}&\${namespace:queryparam}` +
        '&${service:queryparam}&var-route=${__field.labels.http_route}',
    );
  });
});

/** A data source of the file, as Grafana reads it: a doubled `$` is one. */
interface Provisioned {
  readonly uid: string;
  readonly jsonData: Readonly<Record<string, unknown>>;
}

const [sourcesFile, providersFile] = provisioningFiles();
const text = sourcesFile?.content ?? '';
const { datasources } = parse(text.replaceAll('$$', '$')) as { datasources: readonly Provisioned[] };

function dataOf(uid: string): Readonly<Record<string, unknown>> {
  return datasources.find((each) => each.uid === uid)?.jsonData ?? {};
}

describe('provisioningFiles', () => {
  it('leaves no $ for Grafana to take as a variable of its environment', () => {
    expect(text.replaceAll('$$', '')).not.toContain('$');
  });

  it('names only data sources that there are', () => {
    const named = Array.from(text.matchAll(/(?:datasourceUid|alertmanagerUid): (\S+)/g), ([, uid]) => uid);
    expect(named.length).toBeGreaterThan(6);
    expect(named.filter((uid) => !Object.values<string | undefined>(dataSourceUids).includes(uid))).toEqual(
      [],
    );
  });

  it('says how often Prometheus scrapes, as Grafana makes the ranges of rates from it', () => {
    const [slow] = provisioningFiles({ scrapeIntervalSeconds: 60 });
    expect([text, slow?.content].map((each) => /timeInterval: (\w+)/.exec(each ?? '')?.[1])).toEqual([
      '15s',
      '60s',
    ]);
  });

  it('leads from an exemplar to its trace', () => {
    expect(dataOf('prometheus')).toMatchObject({
      exemplarTraceIdDestinations: [{ name: 'trace_id', datasourceUid: 'tempo' }],
      httpMethod: 'POST',
    });
  });

  it('leads from a line to its trace, by metadata that lines have or by what stands in them', () => {
    const fields = dataOf('loki')['derivedFields'] as readonly {
      matcherType: string;
      matcherRegex: string;
      datasourceUid: string;
    }[];
    const labels = fields
      .filter(({ matcherType }) => matcherType === 'label')
      .map(({ matcherRegex }) => matcherRegex);
    expect(labels.filter((label) => !lokiMetadataFields.some((field) => field === label))).toEqual([]);
    const inLine = fields.find(({ matcherType }) => matcherType === 'regex')?.matcherRegex ?? '';
    const line =
      '{"level":"info","trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331"}';
    expect(new RegExp(inLine).exec(line)?.[1]).toBe('0af7651916cd43dd8448eb211c80319c');
  });

  it('leads from a span to the lines of its trace, with labels that streams have', () => {
    const { tags, query } = dataOf('tempo')['tracesToLogsV2'] as {
      tags: readonly { value: string }[];
      query: string;
    };
    expect(tags.filter(({ value }) => !(value in lokiLabels))).toEqual([]);
    const sent = query
      .replace('${__tags}', tags.map(({ value }) => `${value}="x"`).join(', '))
      .replaceAll(/\$\{__\w+\.\w+\}/g, 'abc');
    expect(grammarErrors('logql', sent)).toEqual([]);
    expect(sent).toContain('trace_id = "abc"');
  });

  it('leads from a span to the numbers of its service and route', () => {
    const { tags, queries } = dataOf('tempo')['tracesToMetrics'] as {
      tags: readonly { key: string; value: string }[];
      queries: readonly { query: string }[];
    };
    expect(tags).toContainEqual({ key: 'http.route', value: 'http_route' });
    const filter = tags.map(({ value }) => `${value}="x"`).join(', ');
    for (const { query } of queries) {
      expect(query).toContain('$__tags');
      expect(
        grammarErrors('promql', query.replaceAll('$__tags', filter).replaceAll('$__rate_interval', '5m')),
      ).toEqual([]);
    }
  });

  it('draws the map of services and finds dashboards where the compose file puts them', () => {
    expect(dataOf('tempo')).toMatchObject({ serviceMap: { datasourceUid: 'prometheus' } });
    expect(parse(providersFile?.content ?? '')).toMatchObject({
      providers: [{ folderUid: 'sightline', options: { path: '/var/lib/grafana/dashboards/sightline' } }],
    });
  });
});
