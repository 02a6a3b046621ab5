import { connect } from 'node:net';

/** What is sent on one connection, piece by piece; `null` ends it from the client's side. */
export type Exchange = readonly (string | null)[];

/** Silence after which a server is taken to wait for ever [ms]. */
const SILENCE_MS = 1500;

/** What stands at the end of the answer of a server that does not close. */
const LEFT_OPEN = '(left open)';

/** Sends the pieces, each when the server has had a turn for the one before, and reads until the server closes or falls silent. */
export function exchange(port: number, pieces: Exchange): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => (answer += text));
    socket.setTimeout(SILENCE_MS, () => {
      answer += LEFT_OPEN;
      socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    socket.on('end', () => socket.end());
    const send = ([piece, ...rest]: Exchange): void => {
      if (piece === undefined) return;
      if (piece === null) socket.end();
      else socket.write(piece, 'latin1', () => setImmediate(send, rest));
    };
    socket.on('connect', () => send(pieces));
  });
}

/** The headers that observing adds, and the date. */
const ADDED = /^(?:date|server-timing|x-process-time|x-request-id): [^\r\n]*\r\n/gim;

/** An answer without what may differ. */
export function comparable(answer: string): string {
  return answer.replaceAll(ADDED, '');
}
