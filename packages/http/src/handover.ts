import type { Socket } from 'node:net';

/** The first bytes of an answer that a handler writes to the socket itself. */
const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})/;

/**
 * Waits for the first thing that a handler of `upgrade` or `connect` writes to the socket that it was given.
 *
 * @param told once: with the status in it, or undefined when it is no answer of HTTP, or none came before the end
 */
export function awaitHandover(
  socket: Socket,
  told: (status: number | undefined, isClosed: boolean) => void,
): void {
  const { write, end } = socket;
  const hadOwn = { write: Object.hasOwn(socket, 'write'), end: Object.hasOwn(socket, 'end') };

  function settle(status: number | undefined, isClosed: boolean): void {
    // Whoever has wrapped them since keeps what he has; ours only passes on by then.
    if (socket.write === watchedWrite) restore('write', write);
    if (socket.end === watchedEnd) restore('end', end);
    socket.removeListener('close', onClose);
    told(status, isClosed);
  }
  function restore(name: 'write' | 'end', original: unknown): void {
    if (hadOwn[name]) (socket as unknown as Record<string, unknown>)[name] = original;
    else Reflect.deleteProperty(socket, name);
  }
  let isSettled = false;
  function look(chunk: unknown): void {
    if (isSettled) return;
    const status = statusIn(chunk);
    isSettled = true;
    settle(status, false);
  }
  function onClose(): void {
    if (isSettled) return;
    isSettled = true;
    settle(undefined, true);
  }
  function watchedWrite(this: Socket, ...args: unknown[]): boolean {
    look(args[0]);
    return Reflect.apply(write, this, args) as boolean;
  }
  function watchedEnd(this: Socket, ...args: unknown[]): Socket {
    if (typeof args[0] === 'string' || ArrayBuffer.isView(args[0])) look(args[0]);
    return Reflect.apply(end, this, args) as Socket;
  }

  socket.write = watchedWrite;
  socket.end = watchedEnd;
  socket.once('close', onClose);
}

function statusIn(chunk: unknown): number | undefined {
  const text =
    typeof chunk === 'string'
      ? chunk.slice(0, 16)
      : ArrayBuffer.isView(chunk)
        ? Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(16, chunk.byteLength)).toString('latin1')
        : '';
  const match = STATUS_LINE.exec(text);
  return match === null ? undefined : Number(match[1]);
}
