import { logLabelValues } from '../api/loki.ts';
import { labelValues } from '../api/prometheus.ts';
import { traceTagValues } from '../api/tempo.ts';
import { serviceOfJob } from '../parts/service-name.ts';

/** The names of all services, whatever they send; a server that does not answer leaves out those that it alone knows. */
export async function serviceNames(
  moments: { readonly startMs: number; readonly endMs: number },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const orNone = async (asked: Promise<readonly string[]>): Promise<readonly string[]> => {
    try {
      return await asked;
    } catch (error) {
      if (signal.aborted) throw error;
      return [];
    }
  };
  const traced = async (): Promise<readonly string[]> =>
    (await traceTagValues('resource.service.name', moments, signal)).map(({ value }) => value);
  const [logged, spans, jobs] = await Promise.all([
    orNone(logLabelValues('service_name', moments, signal)),
    orNone(traced()),
    orNone(labelValues('job', [], signal)),
  ]);
  const told = new Set([...logged, ...spans]);
  // Of OTLP a job is `namespace/name`, as a name such as `@acme/shop` looks.
  for (const job of jobs) told.add(told.has(job) ? job : serviceOfJob(job));
  told.delete('');
  return [...told].toSorted();
}
