import { describe, expect, it } from 'vitest';
import { renderTemplate } from './render-template.ts';

describe('renderTemplate', () => {
  it.each([
    ['{{ $labels.job }} is slow', 'a b is slow'],
    ['?x={{ $labels.job | urlquery }}&y', '?x=a+b&y'],
    ['{{ $labels.missing }}', '(missing)'],
    ['{{ with $labels.missing }}{{ . }}{{ else }}none{{ end }}', '(missing)'],
    ['{{ $value | humanizePercentage }}', '12.35%'],
    ['{{ $value | humanizeDuration }}', '123.5ms'],
    ['{{ $value | printf "%.1f" }}', '0.1'],
    ['{{ if ne (printf "%.0f" $value) "1" }}s{{ end }}', 's'],
    ['{{- $labels.job -}}', 'a b'],
  ])('makes of %j: %j', async (text, expected) => {
    expect(await renderTemplate(text, { labels: { job: 'a b' }, value: 0.12345678 })).toBe(expected);
  });

  it('tells what is wrong with a template in its place', async () => {
    expect(await renderTemplate('{{ $value | unknown }}', { labels: {}, value: 1 })).toContain(
      'function "unknown" not defined',
    );
  });
});
