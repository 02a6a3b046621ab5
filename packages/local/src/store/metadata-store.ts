import type { Metadata } from '../ingest/samples.ts';
import { detached } from './detached.ts';

export interface MetadataStore {
  set(family: string, metadata: Metadata): void;
  /** The newest of each metric, by its family's name. */
  all(): ReadonlyMap<string, Metadata>;
}

const MAX_FAMILIES = 20_000;

export function createMetadataStore(): MetadataStore {
  const families = new Map<string, Metadata>();
  return {
    set(family, { type, help, unit }) {
      const known = families.get(family);
      if (known === undefined ? families.size >= MAX_FAMILIES : isSame(known, { type, help, unit })) return;
      families.set(detached(family), { type, help: detached(help), unit: detached(unit) });
    },
    all: () => families,
  };
}

function isSame(one: Metadata, other: Metadata): boolean {
  return one.type === other.type && one.help === other.help && one.unit === other.unit;
}
