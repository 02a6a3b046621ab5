import type { Scope } from './promql.ts';

/** What the variables of a dashboard leave: environment, namespace, service and instance. */
export const instanceScope: Scope = {
  matchers: {
    deployment_environment_name: '=~$environment',
    namespace: '=~$namespace',
    job: '=~$service',
    instance: '=~$instance',
  },
  range: '$__rate_interval',
};

/** The same, and only what instances of the chosen versions say. */
export const versionScope: Scope = { ...instanceScope, version: '=~$version' };

/** Objectives: one with a query of its own may be of no service, and is of everybody then. */
export const sloScope: Scope = {
  matchers: { deployment_environment_name: '=~$environment', job: '=~$service|' },
  range: '$__rate_interval',
};

/** Recorded series: they are of a service, so that no instance is left in them. */
export const serviceScope: Scope = {
  matchers: { deployment_environment_name: '=~$environment', job: '=~$service' },
  range: '$__rate_interval',
};
