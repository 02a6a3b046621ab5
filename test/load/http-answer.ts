/** A whole answer of HTTP/1.1. */
export interface HttpAnswer {
  readonly status: number;
  /** Head and body [bytes]. */
  readonly length: number;
  /** Whether the server ends the connection after it. */
  readonly closes: boolean;
}

const BLANK_LINE = Buffer.from('\r\n\r\n');

/**
 * The first answer in the bytes, undefined while it is not all there.
 *
 * Every answer has a length here. @throws where one has none, or it is no HTTP.
 */
export function wholeAnswer(bytes: Buffer): HttpAnswer | undefined {
  const headEnd = bytes.indexOf(BLANK_LINE);
  if (headEnd === -1) return undefined;
  const head = bytes.toString('latin1', 0, headEnd);
  const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
  const bodyLength = /content-length: (\d+)/i.exec(head)?.[1];
  if (status === undefined || bodyLength === undefined)
    throw new Error(`unexpected answer: ${head.slice(0, 200)}`);
  const length = headEnd + BLANK_LINE.length + Number(bodyLength);
  if (bytes.length < length) return undefined;
  return { status: Number(status), length, closes: /connection: close/i.test(head) };
}
