import { describe, expect, it } from 'vitest';
import { readLimit } from './rate-limit.ts';

describe('readLimit', () => {
  it.each([
    {
      title: "the tenant's rate",
      body: "ingestion rate limit exceeded for user fake (limit: 209715 bytes/sec) while attempting to ingest '1415' lines totaling '1046875' bytes, reduce log volume",
      limit: { kind: 'rate', bytesPerSecond: 209_715 },
    },
    {
      title: "a stream's rate",
      body: `entry with timestamp 2026-11-20 22:05:18 +0000 UTC ignored, reason: 'Per stream rate limit exceeded (limit: 100KB/sec) while attempting to ingest for stream '{level="info"}' totaling 1KB`,
      limit: { kind: 'rate', bytesPerSecond: 102_400 },
    },
    {
      title: 'too many streams',
      body: 'maximum active stream limit exceeded when trying to create stream {id="j2"}, reduce the number of active streams (reduce labels or reduce label values), or contact your Loki administrator to see if the limit can be increased, user: \'fake\'',
      limit: { kind: 'streams' },
    },
    {
      title: 'a rate with a unit of megabytes, and one with none',
      body: '(limit: 4 MB/sec)',
      limit: { kind: 'rate', bytesPerSecond: 4 * 1024 * 1024 },
    },
    {
      title: 'a rate with a unit of gigabytes, and a fraction',
      body: '(limit: 1.5GiB/sec)',
      limit: { kind: 'rate', bytesPerSecond: 1.5 * 1024 ** 3 },
    },
    { title: 'a proxy that gives no reason', body: '', limit: { kind: 'rate', bytesPerSecond: undefined } },
  ])('reads $title', ({ body, limit }) => {
    expect(readLimit(body)).toEqual(limit);
  });
});
