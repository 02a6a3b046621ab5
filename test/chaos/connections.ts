import { type Socket, connect } from 'node:net';
import { type HttpAnswer, wholeAnswer } from '../load/http-answer.ts';

/** One request, and who is told what became of it. */
interface Call {
  readonly path: string;
  answered(answer: HttpAnswer, text: string): void;
  /** @param isKept whether the connection had answered before */
  failed(error: Error, isKept: boolean): void;
}

/** Connections to one service that are kept open. */
export interface Connections {
  send(call: Call): void;
  close(): void;
}

/** Most of them at a time; further calls wait for one. */
const MOST = 256;
/** Longest wait for an answer, in sweeps: while the machine stands still there is none, and no answer can come. */
const MOST_SWEEPS = 20;
const SWEEP_MS = 500;
/** An answer of the service has some 300 bytes. */
const READ_BYTES = 2048;

interface Connection {
  readonly socket: Socket;
  send(call: Call): void;
  /** Breaks it when its answer is late. */
  sweep(): void;
}

/**
 * An HTTP client without garbage: what a library allocates for 1,000 requests a second is collected for 50 ms once a second
 * on a core that others use too, and that was most of what the 99th percentile showed.
 */
export function createConnections(port: number): Connections {
  const open = new Set<Connection>();
  const idle: Connection[] = [];
  const waiting: Call[] = [];

  function send(call: Call): void {
    const connection = idle.pop() ?? (open.size < MOST ? openConnection(port, free, gone) : undefined);
    if (connection === undefined) {
      waiting.push(call);
      return;
    }
    open.add(connection);
    connection.send(call);
  }
  function free(connection: Connection): void {
    idle.push(connection);
    sendNext();
  }
  function gone(connection: Connection): void {
    open.delete(connection);
    const at = idle.indexOf(connection);
    if (at !== -1) idle.splice(at, 1);
    sendNext();
  }
  function sendNext(): void {
    const next = waiting.shift();
    if (next !== undefined) send(next);
  }

  const sweeper = setInterval(() => {
    for (const each of open) each.sweep();
  }, SWEEP_MS);
  sweeper.unref();
  return {
    send,
    close() {
      clearInterval(sweeper);
      for (const { socket } of open) socket.destroy();
    },
  };
}

function openConnection(
  port: number,
  free: (connection: Connection) => void,
  gone: (connection: Connection) => void,
): Connection {
  let call: Call | undefined;
  let sweeps = 0;
  let isKept = false;
  let error: Error | undefined;
  /** Of an answer that came in parts. */
  let part: Buffer | undefined;

  function take(chunk: Buffer): void {
    const bytes = part === undefined ? chunk : Buffer.concat([part, chunk]);
    const answer = wholeAnswer(bytes);
    if (answer === undefined) {
      // The chunk's memory is read into again.
      part = Buffer.from(bytes);
      return;
    }
    part = undefined;
    const done = call;
    call = undefined;
    isKept = true;
    done?.answered(answer, bytes.toString('latin1', 0, answer.length));
    if (answer.closes) socket.destroy();
    else free(connection);
  }

  const socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer: Buffer.alloc(READ_BYTES),
      callback(size, bytes) {
        try {
          take(Buffer.from(bytes.buffer, bytes.byteOffset, size));
        } catch (cause) {
          socket.destroy(cause as Error);
        }
        return true;
      },
    },
  });
  const connection: Connection = {
    socket,
    send(next) {
      call = next;
      sweeps = 0;
      socket.write(`GET ${next.path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
    },
    sweep() {
      sweeps += 1;
      if (call !== undefined && sweeps > MOST_SWEEPS)
        socket.destroy(new Error(`no answer in ${MOST_SWEEPS * SWEEP_MS} ms`));
    },
  };
  socket.on('error', (cause) => (error = cause));
  socket.on('close', () => {
    const broken = call;
    call = undefined;
    gone(connection);
    broken?.failed(error ?? new Error('the connection ended before the answer'), isKept);
  });
  return connection;
}
