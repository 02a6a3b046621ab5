import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { LokiEntry } from './entry.ts';
import { encodeBody, gzipFast } from './push-body.ts';

const entryOf = (valueJson: string): LokiEntry => ({
  labelsJson: '{"app":"shop"}',
  valueJson,
  bytes: Buffer.byteLength(valueJson),
});
const entries = [entryOf('["1","plain"]'), entryOf('["2","rich",{"trace_id":"t"}]')];

describe('encodeBody', () => {
  it('packs the entries of one stream as they are', async () => {
    const { bytes, encoding } = await encodeBody(entries, true, gzipFast);
    expect(encoding).toBe('gzip');
    expect(JSON.parse(gunzipSync(bytes).toString())).toEqual({
      streams: [
        {
          stream: { app: 'shop' },
          values: [
            ['1', 'plain'],
            ['2', 'rich', { trace_id: 't' }],
          ],
        },
      ],
    });
  });

  it('leaves the metadata out where Loki takes none, and nothing else', async () => {
    const { bytes } = await encodeBody(entries, false, gzipFast);
    expect(gunzipSync(bytes).toString()).toContain('"values":[["1","plain"],["2","rich"]]');
  });

  it('sends the lines as they are where there is no memory to pack them', async () => {
    const { bytes, encoding } = await encodeBody(entries, true, () => Promise.reject(new Error('ENOMEM')));
    expect(encoding).toBeUndefined();
    expect(JSON.parse(bytes.toString())).toHaveProperty('streams');
  });
});
