import { lokiRefusal } from './loki-refusals.ts';

/** What no other rule is about. */
const OTHERS = /^(?!.*(?:label|rate_limit|stream_limit|structured_metadata|sample_age|too_far|out_of_order))/;

export const lokiRefused = lokiRefusal({
  code: 'loki-refused',
  when: 'Loki refuses lines for another reason, such as their length',
  reasons: OTHERS,
  said: /^(?!.*(?:label|rate limit|stream limit|429|structured metadata|timestamp too|too far behind|out of order))/i,
  seen: 'altogether',
  fix: 'correct what it says: mostly a line that is too long, or a tenant that is blocked',
});
