import { describe, expect, it } from 'vitest';
import { parseSeries } from '../ingest/scrape/parse-series.ts';
import { exposedNames } from './exposed-names.ts';

/** What Prometheus 3.5 sends. */
const UTF_8 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';
const plain = { __name__: 'up', job: 'a"b\\c\nd' };
const odd = { __name__: 'http.requests', 'http.route': '/a', job: 'shop' };

describe('exposedNames', () => {
  it.each(['', '*/*', 'text/plain;version=0.0.4;escaping=underscores', 'text/plain;escaping=dots'])(
    'has underscores for who asks with %j',
    (accept) => {
      const names = exposedNames(accept);
      expect(names.escaping).toBe('underscores');
      expect(names.metric('http.requests')).toBe('http_requests');
      expect(names.series(odd)).toBe('http_requests{http_route="/a",job="shop"}');
      expect(names.series(plain)).toBe(String.raw`up{job="a\"b\\c\nd"}`);
      expect(names.series({ __name__: '1😀:a' })).toBe('__:a');
    },
  );

  it('has quotes for who understands them, which are read as the same again', () => {
    const names = exposedNames(UTF_8);
    expect(names.escaping).toBe('allow-utf-8');
    expect(names.metric('http.requests')).toBe('"http.requests"');
    expect(names.series(odd)).toBe('{"http.requests","http.route"="/a",job="shop"}');
    expect(names.series({ __name__: 'up', 'http.route': '/a' })).toBe('up{"http.route"="/a"}');
    for (const labels of [plain, odd, { __name__: 'a "b"' }])
      expect(parseSeries(names.series(labels))).toEqual(labels);
  });
});
