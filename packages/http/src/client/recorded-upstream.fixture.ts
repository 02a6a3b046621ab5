import type { ClientRequest } from 'node:http';
import { afterEach, beforeEach } from 'vitest';
import { type RecordedCalls, recordCalls } from './recorded-calls.fixture.ts';
import { type Upstream, startUpstream } from './upstream.fixture.ts';

/** What the test at hand calls, and what is recorded of its calls; a test may record them in another way. */
export interface RecordedUpstream {
  upstream: Upstream;
  calls: RecordedCalls;
}

/** An upstream and a recorder of calls for each test of a file, anew each time. */
export function recordedUpstream(): RecordedUpstream {
  const recorded = {} as RecordedUpstream;
  beforeEach(async () => {
    recorded.upstream = await startUpstream();
    recorded.calls = recordCalls();
  });
  afterEach(async () => {
    recorded.calls.stop();
    await recorded.upstream.close();
  });
  return recorded;
}

/** Waits for the end of a request that fails. */
export async function failed(outgoing: ClientRequest): Promise<void> {
  outgoing.on('error', () => {});
  await new Promise((resolve) => outgoing.once('close', resolve));
}
