import { lokiRefusal } from './loki-refusals.ts';

export const lokiLabelMissing = lokiRefusal({
  code: 'loki-label-missing',
  when: 'Lines come without a label, or with too many or wrong ones',
  reasons: /label/,
  said: /label pair is required|label names|invalid label|missing label/i,
  seen: 'for their labels',
  fix: 'let who sends them set the label service_name, and few others; over OTLP, set the resource attribute service.name',
});
