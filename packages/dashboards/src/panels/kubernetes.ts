import * as pods from '../queries/foreign.ts';
import { aggregate } from '../queries/promql.ts';
import { maybeEmpty, noData } from './no-data.ts';
import { type Panel, above, column, promql } from './panel.ts';

const { deploymentScope, podScope, foreign, foreignRate } = pods;
const pod = { view: 'timeseries', noData: noData.kubernetes, expects: maybeEmpty.elsewhere } as const;
const byPod = ['namespace', 'pod'];
/** A pod is throttled in more than a quarter of its periods: requests of a web server notice it. */
const THROTTLED_RATIO = 0.25;
const MEMORY_RATIO = 0.9;

function ofDeployment(name: Parameters<typeof foreign>[1]): string {
  return aggregate('sum', ['deployment'], foreign(deploymentScope, name));
}

/** What the containers of a pod ask for or may take [cores], the largest of all pods. */
function cpuOf(name: Parameters<typeof foreign>[1]): string {
  return aggregate('max', [], aggregate('sum', byPod, foreign(podScope, name, { resource: '=cpu' })));
}

/** Replicas. */
export function replicasPanel(): Panel {
  return {
    ...pod,
    title: 'Are there as many replicas as there should be?',
    description: 'Replicas that are asked for, that are available, and that run the newest version.',
    unit: 'none',
    queries: [
      promql(ofDeployment('kube_deployment_spec_replicas'), '{{deployment}} wanted'),
      promql(ofDeployment('kube_deployment_status_replicas_available'), '{{deployment}} available'),
      promql(ofDeployment('kube_deployment_status_replicas_updated'), '{{deployment}} updated'),
    ],
    decimals: 0,
  };
}

/** The autoscaler. */
export function autoscalerPanel(): Panel {
  const scope = {
    ...deploymentScope,
    matchers: { namespace: '=~$namespace', horizontalpodautoscaler: '=~($service).*' },
  };
  return {
    ...pod,
    title: 'Does the autoscaler have room?',
    description:
      'Replicas that the autoscaler wants and the most it may have. When they meet, it scales no more.',
    unit: 'none',
    queries: [
      promql(
        foreign(scope, 'kube_horizontalpodautoscaler_status_desired_replicas'),
        '{{horizontalpodautoscaler}} wanted',
      ),
      promql(
        foreign(scope, 'kube_horizontalpodautoscaler_spec_max_replicas'),
        '{{horizontalpodautoscaler}} most',
      ),
    ],
    decimals: 0,
  };
}

/** Pods, one a row. */
export function podsPanel(): Panel {
  return {
    ...pod,
    view: 'table',
    title: 'Which pods are not well?',
    description:
      'Pods by starts in the last hour, with the reason of the last end. OOMKilled: the memory limit was reached.',
    unit: 'none',
    queries: [
      column(
        'Starts in an hour',
        aggregate(
          'sum',
          byPod,
          `increase(${foreign(podScope, 'kube_pod_container_status_restarts_total')}[1h])`,
        ),
        'none',
        above(1, 'warning'),
      ),
      column(
        'Last end',
        aggregate(
          'max',
          [...byPod, 'reason'],
          foreign(podScope, 'kube_pod_container_status_last_terminated_reason'),
        ),
        'none',
      ),
    ],
    columns: { namespace: 'Namespace', pod: 'Pod', reason: 'Reason' },
    sortBy: 'Starts in an hour',
    width: 12,
  };
}

/** Phases. */
export function podPhasesPanel(): Panel {
  const scope = { ...podScope, matchers: { namespace: '=~$namespace', pod: pods.podsOfService } };
  return {
    ...pod,
    title: 'In which phase are the pods?',
    description:
      'Pods by phase, and those that are not ready. Pending: nowhere to run, or an image that is not there.',
    unit: 'none',
    queries: [
      promql(aggregate('sum', ['phase'], foreign(scope, 'kube_pod_status_phase')), '{{phase}}'),
      promql(
        aggregate('sum', ['condition'], foreign(scope, 'kube_pod_status_ready', { condition: '=false' })),
        'not ready',
      ),
    ],
    decimals: 0,
  };
}

/** What containers wait for. */
export function waitingPanel(): Panel {
  return {
    ...pod,
    title: 'What do containers wait for?',
    description:
      'Containers that do not run, by why: CrashLoopBackOff, ImagePullBackOff, CreateContainerConfigError.',
    unit: 'none',
    queries: [
      promql(
        aggregate('sum', ['reason'], foreign(podScope, 'kube_pod_container_status_waiting_reason')),
        '{{reason}}',
      ),
    ],
    noData: `No container waits. ${noData.kubernetes}`,
    decimals: 0,
  };
}

/** CPU. */
export function podCpuPanel(): Panel {
  return {
    ...pod,
    title: 'How much CPU does each pod take?',
    description: 'Cores, with what a pod asks for and may take at most.',
    unit: 'none',
    queries: [
      promql(pods.podCpu(), '{{pod}}'),
      promql(cpuOf('kube_pod_container_resource_requests'), 'asked for'),
      promql(cpuOf('kube_pod_container_resource_limits'), 'limit'),
    ],
  };
}

/** Throttling. */
export function throttlingPanel(): Panel {
  return {
    ...pod,
    title: 'Are pods throttled?',
    description:
      'Share of the periods in which a pod had to wait for CPU. Requests stand still meanwhile: raise or drop the limit.',
    unit: 'percentunit',
    queries: [promql(pods.throttledRatio(), '{{pod}}')],
    thresholds: above(THROTTLED_RATIO, 'warning'),
    max: 1,
  };
}

/** Memory. */
export function podMemoryPanel(): Panel {
  return {
    ...pod,
    title: 'How near are pods to their memory limit?',
    description: 'Share of the limit. At 1 the kernel ends the process; set --max-old-space-size below it.',
    unit: 'percentunit',
    queries: [promql(pods.podMemoryRatio(), '{{pod}}')],
    thresholds: above(MEMORY_RATIO),
    max: 1,
  };
}

/** Memory in bytes. */
export function podBytesPanel(): Panel {
  return {
    ...pod,
    title: 'How much memory does each pod take?',
    description: 'What counts against the limit.',
    unit: 'bytes',
    queries: [
      promql(aggregate('sum', byPod, foreign(podScope, 'container_memory_working_set_bytes')), '{{pod}}'),
    ],
  };
}

/** Network. */
export function networkPanel(): Panel {
  const scope = { ...podScope, matchers: { namespace: '=~$namespace', pod: pods.podsOfService } };
  return {
    ...pod,
    title: 'How much do pods send and receive?',
    description: 'Bytes a second over the network.',
    unit: 'Bps',
    queries: [
      promql(foreignRate(scope, 'container_network_receive_bytes_total', ['pod']), '{{pod}} received'),
      promql(foreignRate(scope, 'container_network_transmit_bytes_total', ['pod']), '{{pod}} sent'),
    ],
  };
}
