import { filtersOfFile } from './adhoc-filters.ts';
import { classicOfV2, isV2 } from './classic-of-v2.ts';
import { type JsonRecord, asList, asNumber, asRecord, asText, asTexts } from './json.ts';

/** Where a panel is, in 24 columns and rows of 30 px. */
interface GridPlace {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** One query of a panel, as its data source understands it. */
export interface Target {
  readonly refId: string;
  /** `prometheus`, `loki`, `tempo`, or whatever else the file says. */
  readonly source: string;
  readonly hidden: boolean;
  readonly raw: JsonRecord;
}

export interface PanelLink {
  readonly title: string;
  readonly url: string;
}

export interface Transformation {
  readonly id: string;
  readonly options: JsonRecord;
}

export interface FieldOverride {
  readonly matcher: { readonly id: string; readonly options: unknown };
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
}

export interface Panel {
  /** Unlike any other of the dashboard, also where the file repeats one. */
  readonly key: string;
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly place: GridPlace;
  readonly targets: readonly Target[];
  readonly options: JsonRecord;
  readonly defaults: JsonRecord;
  readonly overrides: readonly FieldOverride[];
  readonly transformations: readonly Transformation[];
  readonly links: readonly PanelLink[];
  readonly repeat: string;
  readonly repeatDirection: 'h' | 'v';
  readonly maxPerRow: number;
  /** Least time between two points, as the file has it: `30s`. */
  readonly interval: string;
  readonly maxDataPoints: number | undefined;
  /** Another range than that of the page: `2h`, and `1d` back. */
  readonly timeFrom: string;
  readonly timeShift: string;
  /** Of a row: whether it is closed, and what is in it then. */
  readonly collapsed: boolean;
  readonly panels: readonly Panel[];
}

export interface VariableDefinition {
  readonly name: string;
  readonly type: string;
  readonly label: string;
  readonly description: string;
  /** 0 shown, 1 without its label, 2 not at all. */
  readonly hide: number;
  readonly source: string;
  readonly query: unknown;
  readonly regex: string;
  readonly sort: number;
  /** 2 asks again when the time range changes. */
  readonly refresh: number;
  readonly multi: boolean;
  readonly includeAll: boolean;
  readonly allValue: string;
  readonly allowCustomValue: boolean;
  readonly current: { readonly value: readonly string[]; readonly text: string };
  readonly auto: boolean;
  readonly autoCount: number;
  readonly autoMin: string;
  /** Of ad hoc filters: those that the file has, `job|=|api` each. */
  readonly filters: readonly string[];
}

export interface Annotation {
  readonly name: string;
  readonly enabled: boolean;
  readonly hidden: boolean;
  readonly colour: string;
  readonly source: string;
  readonly raw: JsonRecord;
}

export interface DashboardLink {
  readonly title: string;
  readonly type: 'dashboards' | 'link';
  readonly url: string;
  readonly tooltip: string;
  readonly tags: readonly string[];
  readonly asDropdown: boolean;
  readonly includeVars: boolean;
  readonly keepTime: boolean;
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly panels: readonly Panel[];
  readonly variables: readonly VariableDefinition[];
  readonly annotations: readonly Annotation[];
  readonly links: readonly DashboardLink[];
  /** Whether panels share the cross of the pointer. */
  readonly sharedCrosshair: boolean;
}

/**
 * Reads a dashboard as Grafana exports it (schema 36 and later, or the second one).
 *
 * @throws {Error} with what is wrong, where it is none
 */
export function readDashboard(json: unknown): Dashboard {
  const outer = asRecord(json);
  const given = 'dashboard' in outer ? asRecord(outer['dashboard']) : outer;
  const raw = isV2(given) ? classicOfV2(given) : given;
  if (!Array.isArray(raw['panels'])) {
    throw new Error(
      'rows' in raw
        ? 'it has rows of panels, as Grafana wrote them until version 4; import it into a newer one and export it again'
        : 'it has no list of panels, so it is no dashboard of Grafana',
    );
  }
  const time = asRecord(raw['time']);
  return {
    uid: asText(raw['uid']),
    title: asText(raw['title'], 'Without a title'),
    description: asText(raw['description']),
    tags: asTexts(raw['tags']),
    from: asText(time['from']),
    to: asText(time['to'], 'now'),
    panels: asList(raw['panels']).map((each, index) => readPanel(each, String(index))),
    variables: asList(asRecord(raw['templating'])['list']).map(readVariable),
    annotations: asList(asRecord(raw['annotations'])['list']).map(readAnnotation),
    links: asList(raw['links']).map(readDashboardLink),
    sharedCrosshair: (asNumber(raw['graphTooltip']) ?? 0) > 0,
  };
}

const DEFAULT_PLACE: GridPlace = { x: 0, y: 0, w: 12, h: 8 };

function readPanel(json: unknown, key: string): Panel {
  const raw = asRecord(json);
  const grid = asRecord(raw['gridPos']);
  const config = asRecord(raw['fieldConfig']);
  const source = sourceOf(raw['datasource']);
  return {
    key,
    id: asNumber(raw['id']) ?? 0,
    type: asText(raw['type']),
    title: asText(raw['title']),
    description: asText(raw['description']),
    place: {
      x: asNumber(grid['x']) ?? DEFAULT_PLACE.x,
      y: asNumber(grid['y']) ?? DEFAULT_PLACE.y,
      w: asNumber(grid['w']) ?? DEFAULT_PLACE.w,
      h: asNumber(grid['h']) ?? DEFAULT_PLACE.h,
    },
    targets: asList(raw['targets']).map((each, index) => readTarget(each, index, source)),
    options: asRecord(raw['options']),
    defaults: asRecord(config['defaults']),
    overrides: asList(config['overrides']).map((each) => {
      const matcher = asRecord(asRecord(each)['matcher']);
      return {
        matcher: { id: asText(matcher['id']), options: matcher['options'] },
        properties: asList(asRecord(each)['properties']).map((property) => ({
          id: asText(asRecord(property)['id']),
          value: asRecord(property)['value'],
        })),
      };
    }),
    transformations: asList(raw['transformations'])
      .map(asRecord)
      .filter((each) => each['disabled'] !== true)
      .map((each) => ({ id: asText(each['id']), options: asRecord(each['options']) })),
    links: asList(raw['links']).map(readLink),
    repeat: asText(raw['repeat']),
    repeatDirection: raw['repeatDirection'] === 'v' ? 'v' : 'h',
    maxPerRow: Math.max(1, asNumber(raw['maxPerRow']) ?? 4),
    interval: asText(raw['interval']),
    maxDataPoints: asNumber(raw['maxDataPoints']),
    timeFrom: asText(raw['timeFrom']),
    timeShift: asText(raw['timeShift']),
    collapsed: raw['collapsed'] === true,
    panels: asList(raw['panels']).map((each, index) => readPanel(each, `${key}.${index}`)),
  };
}

export function readLink(json: unknown): PanelLink {
  const raw = asRecord(json);
  return { title: asText(raw['title']), url: asText(raw['url']) };
}

function readTarget(json: unknown, index: number, panelSource: string): Target {
  const raw = asRecord(json);
  const own = sourceOf(raw['datasource']);
  return {
    refId: asText(raw['refId'], String.fromCodePoint(65 + (index % 26))),
    source: own === '' ? panelSource : own,
    hidden: raw['hide'] === true,
    raw,
  };
}

/** `{ type, uid }`, or since long ago the name alone. */
function sourceOf(value: unknown): string {
  if (typeof value !== 'string') return asText(asRecord(value)['type']);
  const found = /prometheus|loki|tempo/i.exec(value);
  return found === null ? '' : found[0].toLowerCase();
}

function readVariable(json: unknown): VariableDefinition {
  const raw = asRecord(json);
  const current = asRecord(raw['current']);
  const value = current['value'];
  const query = raw['query'];
  const source = sourceOf(raw['datasource']);
  const text = current['text'];
  return {
    name: asText(raw['name']),
    type: asText(raw['type']),
    label: asText(raw['label']),
    description: asText(raw['description']),
    hide: asNumber(raw['hide']) ?? 0,
    source: source === '' ? 'prometheus' : source,
    query,
    regex: asText(raw['regex']),
    sort: asNumber(raw['sort']) ?? 0,
    refresh: asNumber(raw['refresh']) ?? 0,
    multi: raw['multi'] === true,
    includeAll: raw['includeAll'] === true,
    allValue: asText(raw['allValue']),
    allowCustomValue: raw['allowCustomValue'] !== false,
    current: {
      value: Array.isArray(value) ? asTexts(value) : value === undefined ? [] : [asText(value)],
      text: Array.isArray(text) ? asTexts(text).join(' + ') : asText(text),
    },
    auto: raw['auto'] === true,
    autoCount: asNumber(raw['auto_count']) ?? 30,
    autoMin: asText(raw['auto_min'], '10s'),
    filters: filtersOfFile(raw),
  };
}

function readAnnotation(json: unknown): Annotation {
  const raw = asRecord(json);
  return {
    name: asText(raw['name']),
    enabled: raw['enable'] !== false,
    hidden: raw['hide'] === true,
    colour: asText(raw['iconColor'], 'blue'),
    source: sourceOf(raw['datasource']),
    raw: { ...asRecord(raw['target']), ...raw },
  };
}

function readDashboardLink(json: unknown): DashboardLink {
  const raw = asRecord(json);
  return {
    title: asText(raw['title']),
    type: raw['type'] === 'dashboards' ? 'dashboards' : 'link',
    url: asText(raw['url']),
    tooltip: asText(raw['tooltip']),
    tags: asTexts(raw['tags']),
    asDropdown: raw['asDropdown'] === true,
    includeVars: raw['includeVars'] === true,
    keepTime: raw['keepTime'] === true,
  };
}
