import { selector } from './queries/promql.ts';

/** A variable that chooses a data source of one kind. */
export interface DataSourceVariable {
  readonly kind: 'data-source';
  readonly name: string;
  readonly label: string;
  readonly type: DataSourceType;
}

/** A variable whose values come from a label. */
export interface LabelVariable {
  readonly kind: 'label';
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly source: 'prometheus' | 'loki';
  /** The selector of the series, or in Loki of the streams, that have the label. */
  readonly selector: string;
  readonly from: string;
  /** What "All" stands for: `.+` where there is always a value, `.*` where there may be none. */
  readonly all: '.+' | '.*';
}

/** A variable that is typed. */
export interface TextVariable {
  readonly kind: 'text';
  readonly name: string;
  readonly label: string;
  readonly help: string;
}

export type Variable = DataSourceVariable | LabelVariable | TextVariable;
export type DataSourceType = 'prometheus' | 'loki' | 'tempo';

/** The names that Grafana's dashboard linter asks for where there are several. */
export function dataSourceVariable(type: DataSourceType): DataSourceVariable {
  const title = `${type[0]?.toUpperCase() ?? ''}${type.slice(1)}`;
  return { kind: 'data-source', name: `${type}_datasource`, label: `${title} data source`, type };
}

/** How a data source is named in a panel: as its variable. */
export function dataSourceRef(type: DataSourceType): { readonly type: DataSourceType; readonly uid: string } {
  return { type, uid: `\${${type}_datasource}` };
}

const BUILD = 'sightline_build_info';
const environmentMatcher = { deployment_environment_name: '=~$environment' } as const;
const serviceMatchers = { ...environmentMatcher, namespace: '=~$namespace', job: '=~$service' } as const;

const label = { kind: 'label', source: 'prometheus' } as const;

/** The environment, such as production. */
export const environmentVariable: LabelVariable = {
  ...label,
  name: 'environment',
  label: 'Environment',
  help: 'The label deployment_environment_name, which the scrape configuration gives.',
  selector: BUILD,
  from: 'deployment_environment_name',
  all: '.*',
};

/** The namespace of Kubernetes; without Kubernetes there is only "All". */
export const namespaceVariable: LabelVariable = {
  ...label,
  name: 'namespace',
  label: 'Namespace',
  help: 'The namespace that the service runs in; outside of Kubernetes there is none.',
  selector: selector(BUILD, environmentMatcher),
  from: 'namespace',
  all: '.*',
};

/** The service, which is the label `job`. */
export const serviceVariable: LabelVariable = {
  ...label,
  name: 'service',
  label: 'Service',
  help: 'The name of the service, which the scrape configuration puts into the label job.',
  selector: selector(BUILD, { ...environmentMatcher, namespace: '=~$namespace' }),
  from: 'job',
  all: '.+',
};

/** The version of the service. */
export const versionVariable: LabelVariable = {
  ...label,
  name: 'version',
  label: 'Version',
  help: 'The version of the service, from OTEL_RESOURCE_ATTRIBUTES or its package.json.',
  selector: selector(BUILD, serviceMatchers),
  from: 'service_version',
  all: '.*',
};

/** The instance, as Prometheus calls the target. */
export const instanceVariable: LabelVariable = {
  ...label,
  name: 'instance',
  label: 'Instance',
  help: 'One process of the service, as Prometheus reaches it.',
  selector: selector(BUILD, serviceMatchers),
  from: 'instance',
  all: '.+',
};

/** The route template. */
export const routeVariable: LabelVariable = {
  ...label,
  name: 'route',
  label: 'Route',
  help: 'The template of the route, never a path.',
  selector: selector('http_server_request_duration_seconds_count', serviceMatchers),
  from: 'http_route',
  all: '.*',
};

/** The servers of the stack, which are services like others. */
export const stackServiceVariable: LabelVariable = {
  ...serviceVariable,
  help: 'The servers of the stack, by the names of their jobs.',
  selector: selector('up', { job: '=~alertmanager|grafana|loki|prometheus|tempo' }),
};

/** The instance of a server of the stack. */
export const stackInstanceVariable: LabelVariable = {
  ...instanceVariable,
  help: 'One server of the stack, as Prometheus reaches it.',
  selector: selector('up', { job: '=~$service' }),
};

/** The same variables from the labels of streams, for a dashboard that needs no Prometheus. */
export const logEnvironmentVariable: LabelVariable = {
  ...environmentVariable,
  source: 'loki',
  help: 'The environment of the service, a label of its streams.',
  selector: selector('', { service_name: '=~.+' }),
};
export const logServiceVariable: LabelVariable = {
  ...serviceVariable,
  source: 'loki',
  help: 'The name of the service, a label of its streams.',
  // Loki refuses a selector of which every matcher could be met by nothing, as that of all environments is.
  selector: selector('', { service_name: '=~.+', ...environmentMatcher }),
  from: 'service_name',
};
export const logLevelVariable: LabelVariable = {
  kind: 'label',
  source: 'loki',
  name: 'level',
  label: 'Level',
  help: 'The level of the lines.',
  selector: selector('', { service_name: '=~.+' }),
  from: 'level',
  all: '.*',
};

/** What lines must hold. */
export const searchVariable: TextVariable = {
  kind: 'text',
  name: 'search',
  label: 'Search',
  help: 'A regular expression that lines must match, whatever the case; empty is every line.',
};

/** The variables of a dashboard about services, in the order in which each depends on those before it. */
export const serviceVariables: readonly Variable[] = [
  environmentVariable,
  namespaceVariable,
  serviceVariable,
  versionVariable,
  instanceVariable,
];
