import { defineDashboard } from '../define-dashboard.ts';
import * as kubernetes from '../panels/kubernetes.ts';
import { instanceTablePanel } from '../panels/process.ts';
import { instanceScope } from '../queries/scope.ts';
import { environmentVariable, instanceVariable, namespaceVariable, serviceVariable } from '../variables.ts';
import { type Board, common, contextOf, variables } from './board.ts';

/** A service as a workload of Kubernetes. */
export const kubernetesBoard: Board = (options) =>
  defineDashboard({
    ...common('kubernetes', options),
    title: 'Sightline / Kubernetes workload',
    description:
      'A service as Kubernetes sees it: replicas, pods, restarts, CPU, memory, throttling. Its Deployment has its name.',
    variables: variables(
      ['prometheus'],
      [environmentVariable, namespaceVariable, serviceVariable, instanceVariable],
    ),
    rows: [
      {
        title: 'Replicas and pods',
        panels: [
          kubernetes.replicasPanel(),
          kubernetes.autoscalerPanel(),
          kubernetes.podPhasesPanel(),
          kubernetes.podsPanel(),
          { ...kubernetes.waitingPanel(), width: 12 },
        ],
      },
      {
        title: 'CPU and memory',
        panels: [
          kubernetes.podCpuPanel(),
          kubernetes.throttlingPanel(),
          kubernetes.podMemoryPanel(),
          { ...kubernetes.podBytesPanel(), width: 12 },
          { ...kubernetes.networkPanel(), width: 12 },
        ],
      },
      {
        title: 'Instances as they see themselves',
        panels: [instanceTablePanel(contextOf(instanceScope, options))],
      },
    ],
  });
