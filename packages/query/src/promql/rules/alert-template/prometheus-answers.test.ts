import { describe, expect, it } from 'vitest';
import { createHistogram } from '../../histogram/index.ts';
import { expandAlertTemplate } from './expand.ts';
import { data } from './template-data.fixture.ts';

/** What Prometheus makes of templates of alerts, with the same data. */
const results: readonly (readonly [template: string, result: string])[] = [
  [
    '{{ (query "up" | first).Nope }}',
    '<error expanding template: error executing template __alert_Slow: template: __alert_Slow:1:129: executing "__alert_Slow" at <first>: can\'t evaluate field Nope in type *template.sample>',
  ],
  [
    '{{ (query "up" | first).Value 1 }}',
    '<error expanding template: error executing template __alert_Slow: template: __alert_Slow:1:129: executing "__alert_Slow" at <first>: Value has arguments but cannot be invoked as function>',
  ],
  ['{{ (query "up" | first).Value }} {{ (query "up" | first).Labels }}', '2 map[]'],
  [
    '{{ humanize (args 1) }}',
    '<error expanding template: error executing template __alert_Slow: template: __alert_Slow:1:115: executing "__alert_Slow" at <humanize (args 1)>: error calling humanize: can\'t convert map[string]interface {} to float>',
  ],
  [
    '{{ humanize (query "up") }}',
    '<error expanding template: error executing template __alert_Slow: template: __alert_Slow:1:115: executing "__alert_Slow" at <humanize (query "up")>: error calling humanize: can\'t convert template.queryResult to float>',
  ],
  [
    '{{ humanizeTimestamp "NaN" }} {{ humanizeTimestamp 1e30 }}',
    '<error expanding template: error executing template __alert_Slow: template: __alert_Slow:1:145: executing "__alert_Slow" at <humanizeTimestamp 1e30>: error calling humanizeTimestamp: 1e+30 cannot be represented as a nanoseconds timestamp since it overflows int64>',
  ],
  [
    '{{ humanizeTimestamp 1.5 }} {{ humanizeTimestamp -1.5 }}',
    '1970-01-01 00:00:01.5 +0000 UTC 1969-12-31 23:59:58.5 +0000 UTC',
  ],
  ['{{ query "up" | first | label "nothing" }}|', '|'],
  ['{{ printf "%v" (toTime 0) }}', '1970-01-01 00:00:00 +0000 UTC'],
  [
    '{{ reReplaceAll "(" "" "a" }}',
    '<error expanding template: error executing template __alert_Slow: template: __alert_Slow:1:115: executing "__alert_Slow" at <reReplaceAll "(" "" "a">: error calling reReplaceAll: regexp: Compile(`(`): error parsing regexp: missing closing ): `(`>',
  ],
  ['{{ reReplaceAll "a*" "x" "baac" }}', 'xbxcx'],
  ['{{ reReplaceAll "(a)(b)?" "$2-$1" "xaab" }}', 'x-ab-a'],
  ['{{ stripPort "[::1]:80" }} {{ stripPort "a:" }} {{ stripPort ":80" }}', '::1 a '],
  [
    '{{ stripDomain "[::1]:80" }} {{ stripDomain "10.0.0.1:80" }} {{ stripDomain "a.b:80" }}',
    '[::1]:80 10.0.0.1:80 a:80',
  ],
  ['{{ externalURL }} {{ pathPrefix }}', 'https://prometheus.example.com/prom /prom'],
  ['{{ title "hello world it\'s" }} {{ toUpper "a" }} {{ toLower "A" }}', "Hello World It's A a"],
  ['{{ $labels.job }} {{ $labels.nothing }}| {{ $value }} {{ .Value }} {{ .Labels.job }}', 'shop | 1 1 shop'],
  [
    '{{ 5 | $value }}',
    '<error expanding template: error executing template __alert_Slow: template: __alert_Slow:1:119: executing "__alert_Slow" at <$value>: can\'t give argument to non-function $value>',
  ],
  ['{{ $value | humanize | printf "%s!" }}', '1!'],
  [
    '{{ template "x" }}',
    '<error expanding template: error executing template __alert_Slow: template: __alert_Slow:1:124: executing "__alert_Slow" at <{{template "x"}}>: template "x" not defined>',
  ],
  ['{{ strvalue (query "up" | first) }}|', '|'],
  [
    '{{ graphLink "up == 0" }} {{ tableLink "a&b" }}',
    '/graph?g0.expr=up+%3D%3D+0&g0.tab=0 /graph?g0.expr=a%26b&g0.tab=1',
  ],
  ['{{ safeHtml "<b>" }} {{ match "a+" "caa" }} {{ parseDuration "1h" }}', '<b> true 3600'],
  ['{{ parseDuration "-1h" }}', '-3600'],
  [
    '{{ toDuration "x" }}',
    '<error expanding template: error executing template __alert_Slow: template: __alert_Slow:1:115: executing "__alert_Slow" at <toDuration "x">: error calling toDuration: strconv.ParseFloat: parsing "x": invalid syntax>',
  ],
  [
    '{{ humanizeDuration "x" }}',
    '<error expanding template: error executing template __alert_Slow: template: __alert_Slow:1:115: executing "__alert_Slow" at <humanizeDuration "x">: error calling humanizeDuration: strconv.ParseFloat: parsing "x": invalid syntax>',
  ],
  [
    '{{ humanizePercentage nil }}',
    '<error expanding template: error executing template __alert_Slow: template: __alert_Slow:1:115: executing "__alert_Slow" at <humanizePercentage nil>: error calling humanizePercentage: can\'t convert <nil> to float>',
  ],
  ['{{ query "up" | len }} {{ range query "up" }}{{ .Value }}{{ end }}', '1 2'],
  ['{{ (args 1 "a").arg1 }} {{ (args 1).arg5 }}', 'a <no value>'],
  ['{{ now }}', '1500'],
  [
    '{{ (toTime 5).Nope }}',
    '<error expanding template: error executing template __alert_Slow: template: __alert_Slow:1:123: executing "__alert_Slow" at <5>: can\'t evaluate field Nope in type *time.Time>',
  ],
  [
    '{{ (toTime 5).Format }}',
    '<error expanding template: error executing template __alert_Slow: template: __alert_Slow:1:123: executing "__alert_Slow" at <5>: wrong number of args for Format: want 1 got 0>',
  ],
  [
    '{{ (toTime 5).Format 5 }}',
    '<error expanding template: error executing template __alert_Slow: template: __alert_Slow:1:133: executing "__alert_Slow" at <5>: expected string; found 5>',
  ],
  [
    '{{ (toTime 5).Unix 1 }}',
    '<error expanding template: error executing template __alert_Slow: template: __alert_Slow:1:123: executing "__alert_Slow" at <5>: wrong number of args for Unix: want 0 got 1>',
  ],
  [
    '{{ (toDuration 5).Nope }}',
    '<error expanding template: error executing template __alert_Slow: template: __alert_Slow:1:127: executing "__alert_Slow" at <5>: can\'t evaluate field Nope in type *time.Duration>',
  ],
  ['{{ eq (toDuration 5) (toDuration 5) }}', 'false'],
  [
    '{{ lt $value "a" }}',
    '<error expanding template: error executing template __alert_Slow: template: __alert_Slow:1:115: executing "__alert_Slow" at <lt $value "a">: error calling lt: incompatible types for comparison: float64 and string>',
  ],
  [
    '{{ humanize "0x10" }} {{ humanize "1_000" }}',
    '<error expanding template: error executing template __alert_Slow: template: __alert_Slow:1:115: executing "__alert_Slow" at <humanize "0x10">: error calling humanize: strconv.ParseFloat: parsing "0x10": invalid syntax>',
  ],
  ['{{ humanize ".5" }} {{ humanize "5." }} {{ humanize "+5" }} {{ humanize "1e3" }}', '500m 5 5 1k'],
];

describe('expandAlertTemplate', () => {
  it.each(results)('makes of %s what Prometheus makes of it: %s', async (text, result) => {
    expect(await expandAlertTemplate(text, data)).toBe(result);
  });

  it('has no path when the server has no address', async () => {
    const nowhere = { ...data, externalUrl: '', serverUrl: '' };
    expect(await expandAlertTemplate('{{ externalURL }}|{{ pathPrefix }}|', nowhere)).toBe('||');
  });

  it.each([
    ['an error', () => Promise.reject(new Error('no disk')), 'no disk'],
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what a foreign source may do
    ['a text', () => Promise.reject('no net'), 'no net'],
  ])('tells what a query threw: %s', async (_, query, message) => {
    expect(await expandAlertTemplate('{{ query "up" }}', { ...data, query })).toContain(
      `error calling query: ${message}`,
    );
  });

  it('compares a value that is none as Go does: it is not less, so it is greater', async () => {
    const sample = { labels: {}, value: NaN };
    const text = '{{ lt $value 1.0 }} {{ le $value 1.0 }} {{ gt $value 1.0 }} {{ ge $value 1.0 }}';
    expect(await expandAlertTemplate(text, { ...data, sample })).toBe('false false true true');
  });

  it('prints a histogram where the value of an alert is one', async () => {
    const sample = { labels: {}, value: createHistogram({ count: 1, sum: 2 }) };
    expect(await expandAlertTemplate('{{ $value }}', { ...data, sample })).toBe('{count:1, sum:2}');
  });
});
