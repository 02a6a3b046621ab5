import { get } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpClientName } from './client-recorder.ts';
import { type RecordedCalls, recordCalls } from './recorded-calls.fixture.ts';
import { startUpstream } from './upstream.fixture.ts';

let calls: RecordedCalls | undefined;
afterEach(() => calls?.stop());

describe('the clients whose calls are observed', () => {
  it.each<[readonly HttpClientName[] | undefined, string[]]>([
    [undefined, ['/by-http', '/by-fetch']],
    [['http'], ['/by-http']],
    [['undici'], ['/by-fetch']],
    [[], []],
  ])('%j: %j', async (clients, expected) => {
    const upstream = await startUpstream();
    try {
      calls = recordCalls({}, clients === undefined ? {} : { clients });
      await new Promise<void>((resolve, reject) => {
        get(`${upstream.origin}/by-http`, (response) => response.resume().on('close', resolve)).on(
          'error',
          reject,
        );
      });
      await (await fetch(`${upstream.origin}/by-fetch`)).text();
      await calls.ended(expected.length);
      const seen = calls.spans().map(({ attributes }) => new URL(String(attributes['url.full'])).pathname);
      expect(seen).toEqual(expected);
    } finally {
      await upstream.close();
    }
  });
});
