import type { Metadata } from '../ingest/samples.ts';

export interface MetadataStore {
  set(family: string, metadata: Metadata): void;
  /** The newest of each metric, by its family's name. */
  all(): ReadonlyMap<string, Metadata>;
}

const MAX_FAMILIES = 20_000;

export function createMetadataStore(): MetadataStore {
  const families = new Map<string, Metadata>();
  return {
    set(family, metadata) {
      if (families.has(family) || families.size < MAX_FAMILIES) families.set(family, metadata);
    },
    all: () => families,
  };
}
