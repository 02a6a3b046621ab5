import { describe, expect, it } from 'vitest';
import { pageFormat } from './page-format.ts';

const prometheus2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const prometheus3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
const withProtobuf =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,';

describe('pageFormat', () => {
  it.each([
    ['openmetrics', prometheus2],
    ['openmetrics', prometheus3],
    ['openmetrics', withProtobuf + prometheus3],
    ['openmetrics', 'application/openmetrics-text'],
    ['openmetrics', 'Application/OpenMetrics-Text; Version="1.0.0"; q=0.5, text/plain;q=0.5'],
    ['text', undefined],
    ['text', ''],
    ['text', '*/*'],
    ['text', 'text/html, */*;q=0.8'],
    ['text', 'application/openmetrics-text;version=0.0.1, text/plain;q=0.5'],
    ['text', 'application/openmetrics-text;version=2.0.0'],
    ['text', 'application/openmetrics-text;q=0.4, text/plain;q=0.5'],
    ['text', 'application/openmetrics-text;q=0'],
    ['text', 'application/openmetrics-text;q=banana'],
    ['text', `${withProtobuf}*/*;q=0.1`],
    ['text', ',;;,q=,='],
  ] as const)('is %s for %s', (format, accept) => {
    expect(pageFormat(accept)).toBe(format);
  });
});
