import type { ForeignMetricName } from '../foreign-metrics.ts';
import { type Scope, aggregate, selector } from './promql.ts';

/** The servers of the stack, by the names of their jobs. */
export const stackScope: Scope = {
  matchers: { job: '=~$service', instance: '=~$instance' },
  range: '$__rate_interval',
};

/**
 * The names of the pods of a workload of that name: with the two parts that a Deployment adds, the one of a DaemonSet, or the
 * number of a StatefulSet. Kubernetes takes no vowels for what it adds, so that pods of `api-gateway` are none of `api`.
 *
 * Source: https://github.com/kubernetes/apimachinery/blob/master/pkg/util/rand/rand.go
 */
export const podsOfService = '=~($service)-(([0-9bcdfghj-np-tvwxz]{1,10}-)?[0-9bcdfghj-np-tvwxz]{5}|[0-9]+)';

/** What a workload of Kubernetes is found by: the namespace and the names of its pods. */
export const podScope: Scope = {
  matchers: { namespace: '=~$namespace', pod: podsOfService, container: '!=' },
  range: '$__rate_interval',
};

/** What a Deployment is found by: it has the name of the service. */
export const deploymentScope: Scope = {
  matchers: { namespace: '=~$namespace', deployment: '=~$service' },
  range: '$__rate_interval',
};

/** A metric of somebody else, in a scope. */
export function foreign(
  scope: Scope,
  name: ForeignMetricName,
  matchers: Readonly<Record<string, string | undefined>> = {},
): string {
  return selector(name, { ...scope.matchers, ...matchers });
}

/** What a counter of somebody else gains a second, summed. */
export function foreignRate(
  scope: Scope,
  name: ForeignMetricName,
  by: readonly string[],
  matchers: Readonly<Record<string, string | undefined>> = {},
): string {
  return aggregate('sum', by, `rate(${foreign(scope, name, matchers)}[${scope.range}])`);
}

/** CPU that the containers of each pod take [cores]. */
export function podCpu(): string {
  return foreignRate(podScope, 'container_cpu_usage_seconds_total', ['namespace', 'pod']);
}

/** Share of the periods in which the containers of a pod had to wait for CPU. */
export function throttledRatio(): string {
  const by = ['namespace', 'pod'];
  const throttled = foreignRate(podScope, 'container_cpu_cfs_throttled_periods_total', by);
  return `${throttled} / (${foreignRate(podScope, 'container_cpu_cfs_periods_total', by)} > 0)`;
}

/** Share of its memory limit that each pod takes: at 1 the kernel ends it. */
export function podMemoryRatio(): string {
  const by = ['namespace', 'pod'];
  const used = aggregate('sum', by, foreign(podScope, 'container_memory_working_set_bytes'));
  const limit = foreign(podScope, 'kube_pod_container_resource_limits', { resource: '=memory' });
  return `${used} / (${aggregate('sum', by, limit)} > 0)`;
}

/** Without a limit the Go runtime says the largest number that it has [bytes]. */
const NO_LIMIT_BYTES = '1e18';

/** Share of its memory limit that each server of the stack takes, where it has one. */
export function serverMemoryRatio(): string {
  const limit = foreign(stackScope, 'go_gc_gomemlimit_bytes');
  return `${foreign(stackScope, 'process_resident_memory_bytes')} / (${limit} < ${NO_LIMIT_BYTES})`;
}

/** Share of each disk that is free. */
export function diskFreeRatio(): string {
  const disks = { fstype: '!~tmpfs|overlay|squashfs|ramfs' };
  return `${selector('node_filesystem_avail_bytes', disks)} / ${selector('node_filesystem_size_bytes', disks)}`;
}

/** Share of its interval that each group of rules takes to evaluate; above 1, evaluations are missed. */
export function ruleTimeRatio(): string {
  const taken = foreign(stackScope, 'prometheus_rule_group_last_duration_seconds');
  return `topk(10, ${taken} / ${foreign(stackScope, 'prometheus_rule_group_interval_seconds')})`;
}
