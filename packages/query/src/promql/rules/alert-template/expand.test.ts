import { describe, expect, it } from 'vitest';
import { literal } from '../../histogram/histogram.fixture.ts';
import { type AlertTemplateData, expandAlertTemplate, templateProblem } from './expand.ts';

const data: AlertTemplateData = {
  alert: 'Slow',
  sample: {
    labels: { __name__: 'slow', instance: 'shop-1.example.com:9464', job: 'shop' },
    value: 1234.5678,
  },
  externalLabels: { region: 'eu' },
  externalUrl: 'https://prometheus.example.com/prom',
  serverUrl: 'https://prometheus.example.com/prom',
  timeMs: 1_500_000,
  async query(expression, timeMs) {
    if (expression === 'broken') throw new Error('no such thing');
    if (expression === 'nothing') return [];
    return [
      { labels: { job: 'b' }, value: timeMs / 1000 },
      { labels: { job: 'a', __value__: 'text' }, value: 1 },
    ];
  },
};

describe('expandAlertTemplate', () => {
  it.each([
    ['no template', 'no template'],
    ['{{ $labels.job }}{{ $labels.none }} {{ $value }} {{ $externalLabels.region }}', 'shop 1234.5678 eu'],
    [
      '{{ humanize $value }} {{ humanize 0.0012 }} {{ humanize 0 }} {{ humanize -1e15 }}',
      '1.235k 1.2m 0 -1P',
    ],
    ['{{ humanize1024 1048576 }} {{ humanize1024 $value }}', '1Mi 1.206ki'],
    ['{{ humanizePercentage 0.1234 }}', '12.34%'],
    [
      '{{ humanizeDuration 90061 }} {{ humanizeDuration 61 }} {{ humanizeDuration 0.0125 }} {{ humanizeDuration 0 }}',
      '1d 1h 1m 1s 1m 1s 12.5ms 0s',
    ],
    ['{{ humanizeTimestamp 1435065584.128 }}', '2015-06-23 13:19:44.128 +0000 UTC'],
    ['{{ (1435065584.128 | toTime).Format "Mon Jan _2 2006 15:04:05.000" }}', 'Tue Jun 23 2015 13:19:44.128'],
    [
      '{{ (toTime 0).Year }} {{ (toTime 86400).Weekday }} {{ toDuration 3661.5 }} {{ (toDuration 90).Minutes }}',
      '1970 Friday 1h1m1.5s 1.5',
    ],
    ['{{ now }} {{ parseDuration "1h30m" }} {{ parseDuration "-5s" }}', '1500 5400 -5'],
    ['{{ title "foo bar" }} {{ toUpper "é" }} {{ toLower "A" }}', 'Foo Bar É a'],
    ['{{ match "sh.p" $labels.job }} {{ reReplaceAll "(.)-(.)" "$2${1}x" "a-b c-d" }}', 'true bax dcx'],
    [
      '{{ stripPort $labels.instance }} {{ stripDomain $labels.instance }} {{ stripDomain "10.0.0.1:80" }}',
      'shop-1.example.com shop-1:9464 10.0.0.1:80',
    ],
    [
      '{{ stripPort "[::1]:80" }} {{ stripDomain "[::1]:80" }} {{ stripDomain "plain" }}',
      '::1 [::1]:80 plain',
    ],
    [
      '{{ graphLink "a b" }} {{ tableLink "a{}" }}',
      '/graph?g0.expr=a+b&g0.tab=0 /graph?g0.expr=a%7B%7D&g0.tab=1',
    ],
    [
      '{{ externalURL }} {{ pathPrefix }} {{ $externalURL }} {{ urlQueryEscape "a&b" }}',
      'https://prometheus.example.com/prom /prom https://prometheus.example.com/prom a%26b',
    ],
    ['{{ with query "x" }}{{ . | first | value }} {{ . | first | label "job" }}{{ end }}', '1500 b'],
    ['{{ range query "x" | sortByLabel "job" }}{{ .Labels.job }}={{ .Value }};{{ end }}', 'a=1;b=1500;'],
    ['{{ range query "nothing" }}x{{ else }}none{{ end }}', 'none'],
    ['{{ (index (query "x") 1) | strvalue }} {{ safeHtml "<b>" }}', 'text <b>'],
    ['{{ define "t" }}{{ .arg0 }}/{{ .arg1 }}{{ end }}{{ template "t" (args "a" 2) }}', 'a/2'],
    ['{{ query (printf "%s" "x") | len }}', '2'],
  ])('makes of %s %s', async (text, expected) => {
    expect(await expandAlertTemplate(text, data)).toBe(expected);
  });

  it.each([
    [
      '{{ query "broken" }}',
      'executing "__alert_Slow" at <query "broken">: error calling query: no such thing>',
    ],
    ['{{ query "nothing" | first }}', 'error calling first: first() called on vector with no elements>'],
    ['{{ humanize "x" }}', 'error calling humanize: strconv.ParseFloat: parsing "x": invalid syntax>'],
    ['{{ toTime 1e300 }}', 'cannot be represented as a nanoseconds timestamp since it overflows int64>'],
    ['{{ parseDuration "x" }}', 'not a valid duration string: "x">'],
    [
      '{{ nope }}',
      '<error expanding template: error parsing template __alert_Slow: template: __alert_Slow:1: function "nope" not defined>',
    ],
  ])('becomes the text of the error for %s', async (text, expected) => {
    expect(await expandAlertTemplate(text, data)).toContain(expected);
  });

  it('prints a histogram as its value', async () => {
    const sample = { labels: {}, value: literal('{{count:1 sum:1 buckets:[1]}}') };
    expect(await expandAlertTemplate('{{ $value }}', { ...data, sample })).toBe(
      '{count:1, sum:1, (0.5,1]:1}',
    );
  });

  it('has no server where there is none, and asks no more than 50 queries', async () => {
    const without = { ...data, serverUrl: undefined };
    expect(await expandAlertTemplate('{{ externalURL }}', without)).toContain('nil pointer dereference');
    const many = Array.from({ length: 60 }, (_, index) => `{{ query "x${index}" | len }}`).join('');
    expect(await expandAlertTemplate(many, data)).toContain('more than 50 queries in one template');
  });
});

describe('templateProblem', () => {
  it('is undefined for a template that parses', () => {
    expect(templateProblem('A', '{{ humanize $value }}')).toBeUndefined();
  });

  it('is what is wrong with one that does not', () => {
    expect(templateProblem('A', '{{ $nope }}')).toBe('template: __alert_A:1: undefined variable "$nope"');
  });
});
