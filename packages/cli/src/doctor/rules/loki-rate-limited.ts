import { lokiRefusal } from './loki-refusals.ts';

export const lokiRateLimited = lokiRefusal({
  code: 'loki-rate-limited',
  when: 'Loki takes fewer lines, bytes or streams than come',
  reasons: /rate_limit|^stream_limit$/,
  said: /rate limit|stream limit|\b429\b/i,
  seen: 'as they are too many',
  fix: 'raise limits_config.ingestion_rate_mb, per_stream_rate_limit or max_global_streams_per_user, as it says, or log less',
});
