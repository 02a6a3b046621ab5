import { type JsonRecord, asList, asNumber, asRecord, asText } from './json.ts';
import { annotationOf, sourceOf, typeOf, variableOf } from './v2-variables.ts';

/*
 * Grafana's second schema (`dashboard.grafana.app/v2…`) says the same in other places: panels are named elements, and a layout
 * says where each stands. Here it becomes the classic one, which everything else reads. Source of the names: the types of
 * @grafana/grafana-foundation-sdk, `dashboardv2` and `dashboardv2beta1`.
 */

const COLUMNS = 24;
/** A row of the grid with its gap [px]. */
const GRID_ROW_PX = 38;
const ROW_HEIGHTS_PX: Readonly<Record<string, number>> = { short: 168, standard: 320, tall: 512 };
const MAX_DEPTH = 8;

/** The part of a file that is of the second schema: the resource of Kubernetes that Grafana exports, or its spec alone. */
export function isV2(raw: JsonRecord): boolean {
  return 'elements' in specOf(raw);
}

function specOf(raw: JsonRecord): JsonRecord {
  return 'spec' in raw ? asRecord(raw['spec']) : raw;
}

/** The same dashboard in the classic schema. What has no place there, such as conditions to be shown, is left out. */
export function classicOfV2(raw: JsonRecord): JsonRecord {
  const spec = specOf(raw);
  const elements = asRecord(spec['elements']);
  const time = asRecord(spec['timeSettings']);
  const { panels, variables } = placed(asRecord(spec['layout']), elements);
  return {
    uid: asText(asRecord(raw['metadata'])['name'], asText(spec['uid'])),
    title: spec['title'],
    description: spec['description'],
    tags: spec['tags'],
    time: { from: time['from'], to: time['to'] },
    graphTooltip: Math.max(0, ['Off', 'Crosshair', 'Tooltip'].indexOf(asText(spec['cursorSync'], 'Off'))),
    links: spec['links'],
    panels,
    templating: { list: [...asList(spec['variables']), ...variables].map(variableOf) },
    annotations: { list: asList(spec['annotations']).map(annotationOf) },
  };
}

interface Placed {
  readonly panels: readonly JsonRecord[];
  /** In rows of the grid. */
  readonly height: number;
  /** Of rows and tabs that have their own. */
  readonly variables: readonly unknown[];
}

const NOTHING: Placed = { panels: [], height: 0, variables: [] };

/** Panels and rows of a layout, from its own top. */
function placed(layout: JsonRecord, elements: JsonRecord, depth = 0): Placed {
  const spec = asRecord(layout['spec']);
  if (depth > MAX_DEPTH) return NOTHING;
  switch (layout['kind']) {
    case 'GridLayout':
      return gridOf(asList(spec['items']), elements);
    case 'AutoGridLayout':
      return autoGridOf(spec, elements);
    case 'RowsLayout':
      return rowsOf(asList(spec['rows']), elements, depth, () => false);
    // Tabs stand below each other here, the first of them open.
    case 'TabsLayout':
      return rowsOf(asList(spec['tabs']), elements, depth, (index) => index > 0);
    default:
      return NOTHING;
  }
}

function gridOf(items: readonly unknown[], elements: JsonRecord): Placed {
  let height = 0;
  const panels = items.map((item): JsonRecord => {
    const spec = asRecord(asRecord(item)['spec']);
    const place = {
      x: asNumber(spec['x']) ?? 0,
      y: asNumber(spec['y']) ?? 0,
      w: asNumber(spec['width']) ?? COLUMNS / 2,
      h: asNumber(spec['height']) ?? 8,
    };
    height = Math.max(height, place.y + place.h);
    return panelOf(spec, place, elements);
  });
  return { panels, height, variables: [] };
}

function autoGridOf(spec: JsonRecord, elements: JsonRecord): Placed {
  const columns = Math.max(1, Math.min(COLUMNS, asNumber(spec['maxColumnCount']) ?? 3));
  const mode = asText(spec['rowHeightMode'], 'standard');
  const heightPx = mode === 'custom' ? asNumber(spec['rowHeight']) : ROW_HEIGHTS_PX[mode];
  const w = Math.floor(COLUMNS / columns);
  const h = Math.max(2, Math.round((heightPx ?? 320) / GRID_ROW_PX));
  const items = asList(spec['items']);
  return {
    panels: items.map((item, index) => {
      const place = { x: (index % columns) * w, y: Math.floor(index / columns) * h, w, h };
      return panelOf(asRecord(asRecord(item)['spec']), place, elements);
    }),
    height: Math.ceil(items.length / columns) * h,
    variables: [],
  };
}

function rowsOf(
  rows: readonly unknown[],
  elements: JsonRecord,
  depth: number,
  isClosed: (index: number) => boolean,
): Placed {
  const panels: JsonRecord[] = [];
  const variables: unknown[] = [];
  let y = 0;
  const add = (title: string, inner: readonly JsonRecord[], spec: JsonRecord, collapsed: boolean): void => {
    panels.push({
      type: 'row',
      title,
      collapsed,
      repeat: asText(asRecord(spec['repeat'])['value']),
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
      panels: inner,
    });
    y += 1;
  };
  for (const [index, row] of rows.entries()) {
    const spec = asRecord(asRecord(row)['spec']);
    const title = asText(spec['title']);
    const collapsed = spec['collapse'] === true || isClosed(index);
    const inner = placed(asRecord(spec['layout']), elements, depth + 1);
    variables.push(...asList(spec['variables']), ...inner.variables);
    const own = inner.panels.filter(({ type }) => type !== 'row');
    const nested = inner.panels.filter(({ type }) => type === 'row');
    if (own.length > 0 || nested.length === 0) add(title, own, spec, collapsed);
    for (const each of nested) {
      const names = [title, asText(each['title'])].filter((name) => name !== '');
      const repeat = asText(each['repeat']);
      add(
        names.join(' / '),
        asList(each['panels']).map(asRecord),
        repeat === '' ? spec : { repeat: { value: repeat } },
        collapsed || each['collapsed'] === true,
      );
    }
  }
  return { panels, height: y, variables };
}

/** @param item of a layout, which names its element */
function panelOf(item: JsonRecord, gridPos: JsonRecord, elements: JsonRecord): JsonRecord {
  const name = asText(asRecord(item['element'])['name']);
  const element = asRecord(elements[name]);
  const spec = asRecord(element['spec']);
  const repeat = asRecord(item['repeat']);
  const common = {
    id: spec['id'],
    title: asText(spec['title'], name),
    description: spec['description'],
    gridPos,
    repeat: asText(repeat['value']),
    repeatDirection: repeat['direction'],
    maxPerRow: repeat['maxPerRow'],
  };
  // A type that nothing renders, so that the panel says what it is.
  if (element['kind'] !== 'Panel')
    return { ...common, type: element['kind'] === 'LibraryPanel' ? 'library panel' : 'missing element' };
  const visual = asRecord(spec['vizConfig']);
  const look = asRecord(visual['spec']);
  const data = asRecord(asRecord(spec['data'])['spec']);
  const { interval, maxDataPoints, timeFrom, timeShift } = asRecord(data['queryOptions']);
  return {
    ...common,
    type: typeOf(visual, 'VizConfig'),
    options: look['options'],
    fieldConfig: look['fieldConfig'],
    links: spec['links'],
    targets: asList(data['queries']).map(targetOf),
    transformations: asList(data['transformations']).map((each) => {
      const raw = asRecord(each);
      const own = asRecord(raw['spec']);
      return {
        id: asText(own['id'], typeOf(raw, 'Transformation')),
        options: own['options'],
        disabled: own['disabled'],
      };
    }),
    interval,
    maxDataPoints,
    timeFrom,
    timeShift,
  };
}

function targetOf(query: unknown): JsonRecord {
  const spec = asRecord(asRecord(query)['spec']);
  const inner = asRecord(spec['query']);
  return {
    ...asRecord(inner['spec']),
    refId: spec['refId'],
    hide: spec['hidden'],
    datasource: sourceOf(inner, spec['datasource']),
  };
}
