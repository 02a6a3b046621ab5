import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { HttpError } from './http-error.ts';

export interface BodyLimits {
  /** Longest body as it is sent [bytes]. */
  readonly maxBodyBytes: number;
  /** Longest body once it is uncompressed [bytes]. */
  readonly maxUncompressedBytes: number;
}

type Uncompress = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const uncompressors: Readonly<Record<string, Uncompress>> = {
  gzip: promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip),
  deflate: promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate),
  br: promisify<Buffer, { maxOutputLength: number }, Buffer>(brotliDecompress),
  zstd: promisify<Buffer, { maxOutputLength: number }, Buffer>(zstdDecompress),
};

/**
 * The whole body, uncompressed as `content-encoding` says. `snappy` is left as it is: those protocols undo it themselves.
 *
 * @throws {HttpError} 413 when it is longer than allowed, before or after, 415 for another encoding, 400 when it cannot
 *   be uncompressed
 */
export async function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const said = Number(request.headers['content-length'] ?? 0);
  if (said > limits.maxBodyBytes) throw tooLong(limits.maxBodyBytes);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limits.maxBodyBytes) throw tooLong(limits.maxBodyBytes);
    chunks.push(chunk);
  }
  const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length);
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === 'snappy') return body;
  const uncompress = Object.hasOwn(uncompressors, encoding) ? uncompressors[encoding] : undefined;
  if (uncompress === undefined) {
    throw new HttpError(415, `content-encoding: expected ${Object.keys(uncompressors).join(', ')} or snappy`);
  }
  try {
    return await uncompress(body, { maxOutputLength: limits.maxUncompressedBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLong(limits.maxUncompressedBytes);
    throw new HttpError(400, `the body is no ${encoding}`);
  }
}

function tooLong(bytes: number): HttpError {
  return new HttpError(413, `the body is longer than ${bytes} bytes; send less at a time`);
}
