import { afterAll, beforeAll, vi } from 'vitest';
import type { LocalStack } from '../stack/local-stack.ts';
import type { LocalOptions } from '../stack/options.ts';
import { startLocal } from '../stack/start-local.ts';

/** What came back, its JSON read where it is some. */
interface Got {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
  readonly headers: Headers;
}

export interface OpenStack {
  stack(): LocalStack;
  get(
    path: string,
    parameters?: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Got>;
  send(method: string, path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Got>;
}

/** Starts a stack before the tests of a file, takes what they need in, and ends it after them. */
export function openStack(options: LocalOptions, fill: (open: OpenStack) => Promise<void>): OpenStack {
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
  let stack: LocalStack | undefined;
  const open: OpenStack = {
    stack: () => stack!,
    async get(path, parameters = {}, headers = {}) {
      const search = new URLSearchParams(parameters).toString();
      return read(await fetch(`${stack!.url}${path}${search === '' ? '' : `?${search}`}`, { headers }));
    },
    async send(method, path, body, headers = {}) {
      const isText =
        typeof body === 'string' || body instanceof Uint8Array || body instanceof URLSearchParams;
      return read(
        await fetch(`${stack!.url}${path}`, {
          method,
          headers: { ...(!isText && { 'content-type': 'application/json' }), ...headers },
          body: isText ? body : JSON.stringify(body),
        }),
      );
    },
  };
  beforeAll(async () => {
    stack = await startLocal({ port: 0, ...options });
    await fill(open);
  });
  afterAll(() => stack?.close());
  return open;
}

async function read(response: Response): Promise<Got> {
  const type = response.headers.get('content-type') ?? '';
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = Buffer.from(bytes).toString('utf8');
  const body: unknown = type.includes('json') ? JSON.parse(text) : type.includes('protobuf') ? bytes : text;
  return { status: response.status, type, body, headers: response.headers };
}
