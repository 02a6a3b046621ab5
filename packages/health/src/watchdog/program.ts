import type * as FileSystem from 'node:fs';
import type * as Http from 'node:http';
import type * as Inspector from 'node:inspector';
import type * as Threads from 'node:worker_threads';

/** What the thread of the watchdog is given. */
export interface WatchdogData {
  /** `HEADER_INTS` numbers, then the texts of the routes. */
  readonly memory: SharedArrayBuffer;
  readonly limitMs: number;
  readonly port: number | undefined;
  readonly host: string | undefined;
  readonly takesStack: boolean;
  readonly serviceName: string | undefined;
  readonly paths: readonly string[];
  readonly slots: {
    readonly beat: number;
    readonly route: number;
    readonly headerInts: number;
    readonly routeBytes: number;
  };
}

/** What it tells the main thread once that runs again. */
export type WatchdogMessage =
  | {
      readonly type: 'blocked';
      readonly blockedSeconds: number;
      readonly route: string | undefined;
      readonly stack: readonly string[];
    }
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'problem'; readonly message: string };

/**
 * The program of the thread. It is run from its own text, so that no file must be found beside a bundle; therefore it uses
 * nothing from outside of it, and writes to the descriptor of stderr itself, as the stream of a thread goes through the
 * very thread that stands still.
 */
export function watchdogProgram(require: NodeJS.Require): void {
  const fs = require('node:fs') as typeof FileSystem;
  const threads = require('node:worker_threads') as typeof Threads;
  const data = threads.workerData as WatchdogData;
  const { limitMs, slots, memory } = data;
  const header = new Int32Array(memory, 0, slots.headerInts);
  const texts = new Uint8Array(memory, slots.headerInts * 4);
  const lookEveryMs = Math.max(20, Math.min(250, limitMs / 10));

  let beat = Atomics.load(header, slots.beat);
  let beatAtMs = performance.now();
  let lookedAtMs = beatAtMs;
  let reportAtMs = limitMs;
  let block: { route: string | undefined; stack: readonly string[] } | undefined;
  let isLooking = false;

  function tell(message: WatchdogMessage): void {
    threads.parentPort?.postMessage(message);
  }

  function blockedMs(): number {
    return performance.now() - beatAtMs;
  }

  /** The route that was entered last. */
  function route(): string | undefined {
    const id = Atomics.load(header, slots.route);
    if (id === 0) return undefined;
    const start = (id - 1) * slots.routeBytes;
    const length = texts[start] ?? 0;
    return Buffer.from(texts.slice(start + 1, start + 1 + length)).toString('utf8');
  }

  /** Where the main thread stands, from the inside out: empty when that cannot be seen, undefined when a debugger holds it. */
  function stack(): Promise<readonly string[] | undefined> {
    return new Promise((resolve) => {
      const { Session } = require('node:inspector') as typeof Inspector;
      const session = new Session();
      const scripts = new Map<string, string>();
      let isAsked = false;
      function end(frames: readonly string[] | undefined): void {
        clearTimeout(timer);
        session.disconnect();
        resolve(frames);
      }
      // Native code cannot be looked into: it is not waited for, and disconnecting takes the request back.
      const timer = setTimeout(end, 1000, []);
      try {
        session.connectToMainThread();
        session.on('Debugger.scriptParsed', ({ params }) => scripts.set(params.scriptId, params.url));
        session.on('Debugger.paused', ({ params }) => {
          // At a breakpoint: it is for whoever has set that to let it go on.
          if (!isAsked) return end(undefined);
          const frames = params.callFrames.slice(0, 20).map(({ functionName, location }) => {
            const url = scripts.get(location.scriptId) ?? '';
            return `${functionName || '<anonymous>'} (${url}:${location.lineNumber + 1})`;
          });
          session.post('Debugger.resume');
          end(frames);
        });
        // One that is held already says so before it answers. What is taken back is answered with an error.
        session.post('Debugger.enable', (error) => {
          if (error !== null) return;
          isAsked = true;
          session.post('Debugger.pause');
        });
      } catch {
        end([]);
      }
    });
  }

  /** Somebody looks into the main thread: that it stands still is no fault. */
  function letBe(held: NonNullable<typeof block>): void {
    if (block !== held) return;
    block = undefined;
    beatAtMs = performance.now();
    reportAtMs = limitMs;
  }

  async function report(): Promise<void> {
    const current = (block ??= { route: route(), stack: [] });
    let forMs = blockedMs();
    // One at a time: two would wait for each other with the main thread between them.
    if (data.takesStack && !isLooking) {
      isLooking = true;
      // There may be no inspector.
      const seen = await stack().catch(() => []);
      isLooking = false;
      if (seen === undefined) return letBe(current);
      // Else it ran again before it could be looked into, and is somewhere else by now.
      if (block === current) {
        if (seen.length > 0) current.stack = seen;
        forMs = blockedMs();
      }
    }
    const seconds = Math.round(forMs) / 1000;
    const line = {
      time: Date.now(),
      level: 'error',
      msg: `the main thread has stood still for ${seconds} s`,
      ...(data.serviceName !== undefined && { service: data.serviceName }),
      blocked_seconds: seconds,
      ...(current.route !== undefined && { http_route: current.route }),
      ...(current.stack.length > 0 && { stack: current.stack.join('\n') }),
    };
    try {
      fs.writeSync(2, `${JSON.stringify(line)}\n`);
    } catch {
      // Nobody reads it.
    }
  }

  function look(): void {
    const nowMs = performance.now();
    const now = Atomics.load(header, slots.beat);
    // This thread stood still as well: the whole process did, and the main thread is not to blame.
    if (nowMs - lookedAtMs > Math.max(1000, limitMs / 2)) beatAtMs += nowMs - lookedAtMs;
    lookedAtMs = nowMs;
    if (now !== beat) {
      if (block !== undefined) tell({ type: 'blocked', blockedSeconds: blockedMs() / 1000, ...block });
      beat = now;
      beatAtMs = nowMs;
      reportAtMs = limitMs;
      block = undefined;
    } else if (blockedMs() >= reportAtMs) {
      reportAtMs *= 2;
      void report();
    }
  }

  function listen(port: number): void {
    const { createServer } = require('node:http') as typeof Http;
    const server = createServer({ keepAliveTimeout: 20_000 }, (request, response) => {
      const path = request.url?.split('?', 1)[0] ?? '';
      const reads = request.method === 'GET' || request.method === 'HEAD';
      // After a pause of the whole process, requests may come before the timer does.
      look();
      const isBlocked = blockedMs() >= limitMs;
      const status = !data.paths.includes(path) ? 404 : !reads ? 405 : isBlocked ? 503 : 200;
      const body =
        status === 200
          ? 'ok'
          : status === 503
            ? '[-]event-loop failed: reason withheld\nlivez check failed\n'
            : `This answers GET and HEAD of ${data.paths.join(', ')}.\n`;
      response.writeHead(status, {
        'cache-control': 'no-store',
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'content-length': Buffer.byteLength(body),
        ...(status === 405 && { allow: 'GET, HEAD' }),
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    });
    server.maxConnections = 64;
    server.on('error', (error) => tell({ type: 'problem', message: error.message }));
    server.listen(port, data.host, () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) tell({ type: 'listening', port: address.port });
    });
  }

  setInterval(look, lookEveryMs);
  if (data.port !== undefined) listen(data.port);
}
