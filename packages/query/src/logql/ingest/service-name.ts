import type { Labels } from '../../labels.ts';

/** Labels that name a service, the best first. Source: `discover_service_name` of Loki's limits. */
const serviceLabels = [
  'service',
  'app',
  'application',
  'app_name',
  'name',
  'app_kubernetes_io_name',
  'container',
  'container_name',
  'k8s_container_name',
  'component',
  'workload',
  'job',
  'k8s_job_name',
];

/** The label `service_name` that Loki gives a stream without one. */
export function serviceName(labels: Labels): string {
  for (const name of serviceLabels) {
    const value = Object.hasOwn(labels, name) ? labels[name] : undefined;
    if (value !== undefined && value !== '') return value;
  }
  return 'unknown_service';
}
