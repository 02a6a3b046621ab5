import { describe, expect, it } from 'vitest';
import { renderTemplate } from './render-template.ts';

describe('renderTemplate', () => {
  it.each([
    ['{{ $labels.job }} is slow', 'a b is slow'],
    ['?x={{ $labels.job | urlquery }}&y', '?x=a+b&y'],
    ['{{ $labels.missing }}', '(missing)'],
    ['{{ $value }}', '0.1235'],
    ['{{ $value | humanizePercentage }}', '12.35%'],
    ['{{ $value | humanize }}{{ $value | humanizeDuration }}', '0.12350.1235s'],
    ['{{ $value | printf "%.1f" }}', '0.1'],
    ['{{- $labels.job -}}', 'a b'],
    ['{{ if true }}x{{ end }}', '{{ if true }}x{{ end }}'],
    ['{{ $value | unknown }}', '{{ $value | unknown }}'],
  ])('makes of %j: %j', (text, expected) => {
    expect(renderTemplate(text, { labels: { job: 'a b' }, value: 0.12345678 })).toBe(expected);
  });
});
