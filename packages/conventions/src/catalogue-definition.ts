import type { MetricDefinition } from './metric.ts';
import { metric, type MetricName, type metrics } from './metrics.ts';

/** A metric of the catalogue with its name, without what is only for documents. */
export interface CatalogueDefinition<Name extends MetricName = MetricName> extends Pick<
  MetricDefinition,
  'unit' | 'help' | 'labels' | 'seriesBound' | 'boundaries' | 'aggregate'
> {
  readonly name: Name;
  readonly type: (typeof metrics)[Name]['type'];
}

/** A metric of the catalogue, as a registry takes it. */
export function catalogueDefinition<Name extends MetricName>(name: Name): CatalogueDefinition<Name> {
  const { type, unit, help, labels, seriesBound, boundaries, aggregate } = metric(name);
  return {
    name,
    type,
    unit,
    help,
    labels,
    seriesBound,
    ...(boundaries && { boundaries }),
    ...(aggregate && { aggregate }),
  };
}
