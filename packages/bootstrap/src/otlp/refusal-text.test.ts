import { describe, expect, it } from 'vitest';
import { refusalText } from './refusal-text.ts';

/** A `google.rpc.Status` with the code 3, a message and a detail. */
function status(message: string): Buffer {
  const text = Buffer.from(message);
  return Buffer.concat([Buffer.from([0x08, 3, 0x12, text.length]), text, Buffer.from([0x1a, 1, 0x00])]);
}

describe('refusalText', () => {
  it.each([
    ['plain text', 'text/plain; charset=utf-8', Buffer.from('max series limit exceeded\n')],
    ['a status as protobuf', 'application/x-protobuf', status('max series limit exceeded')],
    ['a status as JSON', 'application/json', Buffer.from('{"code":3,"message":"max series limit exceeded"}')],
    [
      'an error of Prometheus',
      'application/json',
      Buffer.from('{"status":"error","error":"max series limit exceeded"}'),
    ],
    [
      'a problem of a gateway',
      'application/problem+json',
      Buffer.from('{"error":{"message":"max series limit exceeded"}}'),
    ],
  ])('reads %s', (_what, contentType, body) => {
    expect(refusalText(contentType, body)).toBe('max series limit exceeded');
  });

  it.each([
    ['no body', 'text/plain', Buffer.alloc(0)],
    ['a web page', 'text/html', Buffer.from('<h1>Not Found</h1>')],
    ['bytes of no known kind', 'application/octet-stream', Buffer.from('abc')],
    ['bytes without a kind', undefined, Buffer.from('abc')],
    ['what is no protobuf', 'application/x-protobuf', Buffer.from([0x12, 0x7f])],
    ['what is no JSON', 'application/json', Buffer.from('{')],
    ['JSON that says nothing', 'application/json', Buffer.from('null')],
    ['JSON with another kind of message', 'application/json', Buffer.from('{"message":{"a":1},"error":7}')],
  ])('has nothing of %s', (_what, contentType, body) => {
    expect(refusalText(contentType, body)).toBe('');
  });
});
