import { lokiRefusal } from './loki-refusals.ts';

export const lokiTooOld = lokiRefusal({
  code: 'loki-too-old',
  when: 'Loki refuses lines as too old, too late or from the future',
  reasons: /^(?:greater_than_max_sample_age|too_far_behind|too_far_in_future|out_of_order)$/,
  said: /timestamp too (?:old|new)|too far behind|out of order/i,
  seen: 'by their time',
  fix: 'check the clock of who sends them; an agent that reads old files needs limits_config.reject_old_samples_max_age',
});
