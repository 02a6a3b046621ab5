import { metric, type MetricName } from '@sightline/conventions';
import type { FamilyDefinition } from './family.ts';

/** A metric of the catalogue, as a registry takes it. */
export function catalogueDefinition(name: MetricName): FamilyDefinition {
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
