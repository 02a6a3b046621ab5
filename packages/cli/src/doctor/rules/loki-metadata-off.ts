import { lokiRefusal } from './loki-refusals.ts';

export const lokiMetadataOff = lokiRefusal({
  code: 'loki-metadata-off',
  when: 'Loki takes no structured metadata, which holds the trace ids',
  reasons: /structured_metadata/,
  said: /structured metadata/i,
  seen: 'for their structured metadata',
  fix: 'set limits_config.allow_structured_metadata: true, with a schema v13 and the store tsdb',
});
