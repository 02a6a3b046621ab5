import { describe, expect, it } from 'vitest';
import { expandAlertTemplate } from './expand.ts';
import { data } from './template-data.fixture.ts';

/** Sunday, 2 March 2025, 15:04:05 in UTC. */
const at = 1_740_927_845;

describe('expandAlertTemplate at its corners', () => {
  it.each([
    [
      `{{ (toTime ${at}).Format "January Jan 01 1 | 02 2 _2 | Monday Mon | 2006 06" }}`,
      'March Mar 03 3 | 02 2  2 | Sunday Sun | 2025 25',
    ],
    [
      `{{ (toTime ${at}).Format "15 03 3 | 04 4 05 5 | PM pm | MST Z07:00 Z0700 -07:00 -0700 -07" }}`,
      '15 03 3 | 04 4 05 5 | PM pm | UTC Z Z +00:00 +0000 +00',
    ],
    ['{{ (toTime 0).Format "3 03 PM pm" }}', '12 12 AM am'],
    [
      `{{ with toTime ${at} }}{{ .Unix }} {{ .UnixMilli }} {{ .Month }} {{ .Day }} {{ .Hour }} {{ .Minute }} {{ .Second }} {{ .YearDay }}{{ end }}`,
      `${at} ${at}000 March 2 15 4 5 61`,
    ],
    [
      `{{ (toTime ${at}).UTC.String }} {{ (toTime ${at}).Month.String }}`,
      '2025-03-02 15:04:05 +0000 UTC March',
    ],
    [
      '{{ toDuration 0 }} {{ toDuration 0.000000005 }} {{ toDuration 0.0000015 }} {{ toDuration 0.0025 }} {{ toDuration -1.5 }} {{ toDuration 61 }} {{ toDuration -3600 }}',
      '0s 5ns 1.5µs 2.5ms -1.5s 1m1s -1h0m0s',
    ],
    [
      '{{ with toDuration 5400.25 }}{{ .String }} {{ .Seconds }} {{ .Minutes }} {{ .Hours }} {{ .Milliseconds }}{{ end }}',
      '1h30m0.25s 5400.25 90.00416666666666 1.5000694444444445 5400250',
    ],
    [
      '{{ humanize "1500" }} {{ humanize "Inf" }} {{ humanize "-inf" }} {{ humanize "nan" }}',
      '1.5k +Inf -Inf NaN',
    ],
    ['{{ humanize1024 0.5 }} {{ humanize1024 "Inf" }}', '0.5 +Inf'],
    [
      '{{ humanizeDuration -90061 }} {{ humanizeDuration -0.5 }} {{ humanizeDuration 30.5 }} {{ humanizeDuration "Inf" }} {{ humanizeDuration -59 }}',
      '-1d 1h 1m 1s -500ms 30.5s +Inf -59s',
    ],
    [
      '{{ humanizePercentage "NaN" }} {{ humanizeTimestamp "NaN" }} {{ humanizeTimestamp "Inf" }}',
      'NaN% NaN +Inf',
    ],
    ['{{ humanize (toDuration 90) }}', '90'],
    ['{{ reReplaceAll "(?P<first>.)(.)?" "[$first-$2-$9-$$-$x]" "a" }}', '[a---$-]'],
    [
      '{{ stripPort "host" }} {{ stripPort "host:1:2" }} {{ stripDomain "a.b.c" }} {{ stripDomain "a.b:" }}',
      'host host:1:2 a a',
    ],
  ])('makes of %s %s', async (text, expected) => {
    expect(await expandAlertTemplate(text, data)).toBe(expected);
  });

  it.each([
    ['{{ toTime "NaN" }}', 'value is NaN or Inf'],
    ['{{ toTime 1e18 }}', 'overflows int64'],
    ['{{ humanize "abc" }}', 'invalid syntax'],
    ['{{ humanize "1e999" }}', 'value out of range'],
    ['{{ humanize nil }}', "can't convert"],
    ['{{ humanize true }}', "can't convert bool to float"],
    ['{{ reReplaceAll "(" "" "a" }}', 'regexp: Compile(`(`)'],
    ['{{ reReplaceAll "`(" "" "a" }}', 'regexp: Compile("`(")'],
    ['{{ parseDuration "" }}', 'empty duration string'],
    ['{{ parseDuration "x" }}', 'not a valid duration string: "x"'],
    ['{{ query "up" | first | label 1 }}', 'expected string; found 1'],
  ])('says what is wrong with %s', async (text, expected) => {
    expect(await expandAlertTemplate(text, data)).toContain(expected);
  });
});
