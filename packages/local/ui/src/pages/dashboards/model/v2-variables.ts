import { type JsonRecord, asRecord, asText } from './json.ts';

const VARIABLE_TYPES: Readonly<Record<string, string>> = {
  QueryVariable: 'query',
  TextVariable: 'textbox',
  ConstantVariable: 'constant',
  DatasourceVariable: 'datasource',
  IntervalVariable: 'interval',
  CustomVariable: 'custom',
  SwitchVariable: 'custom',
  AdhocVariable: 'adhoc',
  GroupByVariable: 'groupby',
};
const HIDES = ['dontHide', 'hideLabel', 'hideVariable', 'inControlsMenu'];
const REFRESHES = ['never', 'onDashboardLoad', 'onTimeRangeChanged'];
const SORTS = [
  'disabled',
  'alphabeticalAsc',
  'alphabeticalDesc',
  'numericalAsc',
  'numericalDesc',
  'alphabeticalCaseInsensitiveAsc',
  'alphabeticalCaseInsensitiveDesc',
  'naturalAsc',
  'naturalDesc',
];

/** Since v2beta1 the type stands in `group`; before it was the kind itself. */
export function typeOf({ group, kind }: JsonRecord, general: string): string {
  return asText(group, kind === general ? '' : asText(kind));
}

/** The data source of a query, as the classic schema names it. */
export function sourceOf(query: JsonRecord, older?: unknown): JsonRecord {
  const { name } = asRecord(query['datasource']);
  return { type: typeOf(query, 'DataQuery'), uid: asText(name, asText(asRecord(older)['uid'])) };
}

/** A variable of the second schema in the classic one. */
export function variableOf(variable: unknown): JsonRecord {
  const raw = asRecord(variable);
  const kind = asText(raw['kind']);
  const spec = asRecord(raw['spec']);
  const query = asRecord(spec['query']);
  const shared = {
    ...spec,
    type: VARIABLE_TYPES[kind] ?? kind,
    hide: Math.max(0, HIDES.indexOf(asText(spec['hide'], 'dontHide'))),
    refresh: Math.max(0, REFRESHES.indexOf(asText(spec['refresh'], 'never'))),
    sort: Math.max(0, SORTS.indexOf(asText(spec['sort'], 'disabled'))),
  };
  switch (kind) {
    case 'QueryVariable': {
      const inner = asRecord(query['spec']);
      const text = inner['__legacyStringValue'];
      return { ...shared, datasource: sourceOf(query), query: typeof text === 'string' ? text : inner };
    }
    case 'DatasourceVariable':
      return { ...shared, query: spec['pluginId'] };
    case 'SwitchVariable': {
      const [on, off] = [asText(spec['enabledValue'], 'true'), asText(spec['disabledValue'], 'false')];
      const current = asText(spec['current'], off);
      return { ...shared, query: `${on},${off}`, current: { value: current, text: current } };
    }
    case 'AdhocVariable':
    case 'GroupByVariable':
      return { ...shared, datasource: { type: asText(raw['group'], 'prometheus') } };
    default:
      return shared;
  }
}

/** An annotation of the second schema in the classic one. */
export function annotationOf(annotation: unknown): JsonRecord {
  const spec = asRecord(asRecord(annotation)['spec']);
  const query = asRecord(spec['query']);
  return {
    ...asRecord(query['spec']),
    ...asRecord(spec['legacyOptions']),
    name: spec['name'],
    enable: spec['enable'],
    hide: spec['hide'],
    iconColor: spec['iconColor'],
    datasource: sourceOf(query),
  };
}
