import { metric, type MetricName, type metrics } from '@sightline/conventions';
import type { FamilyDefinition } from './sinks.ts';

/** The names of the catalogued metrics of one type. */
export type MetricNameOf<Type extends FamilyDefinition['type']> = {
  [Name in MetricName]: (typeof metrics)[Name]['type'] extends Type ? Name : never;
}[MetricName];

/** A metric of the catalogue, as a registry takes it. */
export function catalogued(name: MetricNameOf<FamilyDefinition['type']>): FamilyDefinition {
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
