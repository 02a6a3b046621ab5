import { type Socket, createSocket } from 'node:dgram';
import { rmSync, writeFileSync } from 'node:fs';

/** What a name server does with a question. */
export type DnsFault = 'none' | 'unknown' | 'hangs';

export interface DnsServer {
  /** A command before which a program asks nobody but this server. Needs the right to mount. */
  readonly within: readonly string[];
  setFault(fault: DnsFault): void;
  close(): void;
}

/** An address of loopback that nobody else uses. */
const ADDRESS = '127.0.0.77';
const TYPE_A = 1;
const NXDOMAIN = 3;
const HEADER_BYTES = 12;

/** Knows one answer: 127.0.0.1. Needs the right to listen on port 53, and a folder for its `resolv.conf`. */
export async function startDns(folder: string): Promise<DnsServer> {
  let fault: DnsFault = 'none';
  const socket: Socket = createSocket('udp4');
  socket.on('message', (question, { port, address }) => {
    if (fault === 'hangs') return;
    socket.send(answerTo(question, fault === 'unknown'), port, address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(53, ADDRESS, resolve);
  });
  const file = `${folder}.resolv.conf`;
  writeFileSync(file, `nameserver ${ADDRESS}\noptions timeout:2 attempts:1\n`);
  return {
    within: ['unshare', '-m', 'sh', '-c', 'mount --bind "$0" /etc/resolv.conf && exec "$@"', file],
    setFault: (next) => (fault = next),
    close() {
      socket.close();
      rmSync(file, { force: true });
    },
  };
}

/** Source: https://www.rfc-editor.org/rfc/rfc1035#section-4 */
function answerTo(question: Buffer, isUnknown: boolean): Buffer {
  let end = HEADER_BYTES;
  while ((question[end] ?? 0) !== 0) end += (question[end] ?? 0) + 1;
  end += 5;
  const isA = question.readUInt16BE(end - 4) === TYPE_A;
  const header = Buffer.from(question.subarray(0, HEADER_BYTES));
  header.writeUInt16BE(0x8180 | (isUnknown ? NXDOMAIN : 0), 2);
  header.writeUInt16BE(!isUnknown && isA ? 1 : 0, 6);
  header.writeUInt32BE(0, 8);
  const record = Buffer.from([0xc0, HEADER_BYTES, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1]);
  return Buffer.concat([
    header,
    question.subarray(HEADER_BYTES, end),
    ...(!isUnknown && isA ? [record] : []),
  ]);
}
