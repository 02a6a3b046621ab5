import { describe, expect, it } from 'vitest';
import { localOptionsSchema } from './options.ts';
import { createStores } from './stores.ts';
import { createMetadataStore } from '../store/metadata-store.ts';

describe('createStores', () => {
  it('drops what is older than it is to be kept, of every kind', () => {
    const stores = createStores(localOptionsSchema.parse({ retentionMs: 60_000 }));
    const nowMs = Date.UTC(2026, 0, 1);
    const oldNs = BigInt(nowMs - 120_000) * 1_000_000n;
    stores.series.append(stores.series.ref({ __name__: 'a' })!, nowMs - 120_000, 1);
    stores.logs.push({ a: 'b' }, [{ timeNs: oldNs, line: 'old', metadata: {} }]);
    stores.expire(nowMs);
    expect(stores.series.stats().series).toBe(0);
    expect(stores.logs.counts().entries).toBe(0);
  });
});

describe('createMetadataStore', () => {
  it('takes no more families than its bound, and what is new of those that it has', () => {
    const store = createMetadataStore();
    const metadata = { type: 'gauge', help: '', unit: '' } as const;
    for (let at = 0; at < 20_001; at++) store.set(`m${at}`, metadata);
    store.set('m0', { ...metadata, help: 'new' });
    expect(store.all().size).toBe(20_000);
    expect(store.all().get('m0')?.help).toBe('new');
  });
});
