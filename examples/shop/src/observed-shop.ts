import { type LeakSearch, type Planted, createLeakSearch, plantSecrets } from './planted.ts';
import { type Service, type Shop, startShop } from './processes.ts';
import { type LogBook, createLogBook } from './watch/log-book.ts';
import { type OtlpReceiver, startOtlpReceiver } from './watch/otlp-receiver.ts';
import { type TraceBook, createTraceBook } from './watch/trace-book.ts';

/** The shop, and somebody who reads all that it says. */
export interface ObservedShop extends Omit<Shop, 'stop'> {
  readonly services: readonly Service[];
  readonly planted: Planted;
  readonly leaks: LeakSearch;
  readonly traces: TraceBook;
  readonly logs: LogBook;
  readonly receiver: OtlpReceiver;
  /** What services said on their error output, and what went wrong at their end. */
  readonly complaints: readonly string[];
  /** Reads a page of a service, and looks for secrets in it. */
  page(service: Service, path: string, headers?: Readonly<Record<string, string>>): Promise<string>;
  /** Ends the services, so that they send what they still have; then the receiver. More than once is once. */
  close(): Promise<void>;
}

export interface ObservedShopOptions {
  /** Of the planted secrets. */
  readonly seed: number;
  /** Traces and log lines that are kept at most. */
  readonly kept: { readonly traces: number; readonly lines: number };
  /** Variables of the environment of the services besides. */
  readonly env?: Readonly<Record<string, string>>;
}

/** @throws with what the services complained about, when one does not start */
export async function openObservedShop({ seed, kept, env = {} }: ObservedShopOptions): Promise<ObservedShop> {
  const planted = plantSecrets(seed);
  const leaks = createLeakSearch(planted.all);
  const traces = createTraceBook(kept.traces);
  const logs = createLogBook(kept.lines, leaks);
  const receiver = await startOtlpReceiver(traces, leaks);
  const complaints: string[] = [];
  const shop = await startShop({
    otlpUrl: receiver.url,
    serviceToken: planted.serviceToken,
    env,
    onOutput(service, chunk, stream) {
      if (stream === 'stdout') logs.read(service, chunk);
      else complaints.push(`${service}: ${chunk.trim()}`);
    },
  }).catch(async (error: unknown) => {
    await receiver.stop();
    throw new Error(`The shop did not open. ${complaints.join('\n')}`, { cause: error });
  });

  async function end(): Promise<void> {
    complaints.push(...(await shop.stop()));
    await receiver.stop();
    if (receiver.unreadable > 0) complaints.push(`${receiver.unreadable} exports could not be read`);
  }
  let ending: Promise<void> | undefined;

  return {
    ...shop,
    services: [shop.storefront, shop.orders, shop.payments],
    planted,
    leaks,
    traces,
    logs,
    receiver,
    complaints,
    async page(service, path, headers) {
      const text = await service.page(path, headers);
      leaks.look(`${path} of ${service.name}`, text);
      return text;
    },
    close: () => (ending ??= end()),
  };
}
