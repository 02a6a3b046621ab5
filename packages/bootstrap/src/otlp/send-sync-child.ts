import { isMainThread, workerData } from 'node:worker_threads';
import type { TlsTexts } from './target.ts';
import { isWebPage } from './web-page.ts';

/** A request as it goes to another thread or process. */
export interface SyncRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly tls?: TlsTexts | undefined;
}

export interface SyncJob {
  readonly requests: readonly SyncRequest[];
  readonly deadlineMs: number;
  /** The first is 1 when all is over; then one for each request: 1 when it was delivered. */
  readonly states: Int32Array;
}

/** @returns whether the collector took it */
function post({ url, headers, body, tls }: SyncRequest, deadlineMs: number): Promise<boolean> {
  // Not imported: somebody waits for the end of this, and TLS takes a while to load, as does what an import of `node:http` reads.
  const http = process.getBuiltinModule(url.startsWith('https:') ? 'node:https' : 'node:http');
  return new Promise((resolve) => {
    const request = http.request(
      url,
      { ...tls, method: 'POST', headers: { ...headers, 'content-length': body.length } },
      ({ statusCode = 0, headers: answered }) => {
        resolve(statusCode >= 200 && statusCode < 300 && !isWebPage(answered['content-type']));
        request.destroy();
      },
    );
    // From now on, where `timeout` counts from the last byte: an answer that drips must not hold the process.
    setTimeout(() => request.destroy(), deadlineMs).unref();
    request.on('error', () => resolve(false));
    request.on('close', () => resolve(false));
    request.end(body);
  });
}

/** Side by side: the deadline is short, and one that hangs must not hold up the others. */
async function postAll(job: Omit<SyncJob, 'states'>, done: (index: number) => void): Promise<void> {
  await Promise.all(
    job.requests.map(async (each, index) => {
      if (await post(each, job.deadlineMs)) done(index);
    }),
  );
}

if (isMainThread) {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  const job = process.getBuiltinModule('node:v8').deserialize(Buffer.concat(parts)) as SyncJob;
  const delivered = job.requests.map(() => '0');
  await postAll(job, (index) => (delivered[index] = '1'));
  process.stdout.write(delivered.join(''));
} else {
  const job = workerData as SyncJob;
  await postAll(job, (index) => Atomics.store(job.states, index + 1, 1));
  Atomics.store(job.states, 0, 1);
  Atomics.notify(job.states, 0);
}
