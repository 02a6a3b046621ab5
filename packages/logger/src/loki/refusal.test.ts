import { describe, expect, it } from 'vitest';
import { readRefusal } from './refusal.ts';

const STREAM = `'{level="info", service_name="x"}'`;
const tooOld = (second: number): string =>
  `entry for stream ${STREAM} has timestamp too old: 2026-11-10T22:01:4${second}Z, oldest acceptable timestamp is: 2026-11-13T22:01:49Z`;
const tooLong = `max entry size '2048' bytes exceeded for stream ${STREAM} while adding an entry with length '3000' bytes`;

describe('readRefusal', () => {
  it.each([
    { title: 'a single line that is too long', body: `${tooLong}\n`, refusal: { kind: 'some', lines: 1 } },
    {
      title: 'groups of equal reasons',
      body: `9 errors like: ${tooLong}; 1 errors like: ${tooOld(1)}; 3 errors like: ${tooOld(2)}\n`,
      refusal: { kind: 'some', lines: 13 },
    },
    {
      title: 'a time in the future',
      body: `entry for stream ${STREAM} has timestamp too new: 2026-11-20T23:01:49Z\n`,
      refusal: { kind: 'some', lines: 1 },
    },
    {
      title: 'too much structured metadata',
      body: `stream ${STREAM} has too many structured metadata labels: '200', limit: '128'. Please see …\n`,
      refusal: { kind: 'some', lines: 1 },
    },
    {
      title: 'the count of lines too far behind, of which only some are named',
      body:
        `entry with timestamp 2026-11-20 20:01:49.442 +0000 UTC ignored, reason: 'entry too far behind, entry timestamp is: ` +
        `2026-11-20T20:01:49Z, oldest acceptable timestamp is: 2026-11-20T21:01:49Z',\nuser 'fake', total ignored: 12 out of 30 ` +
        `for stream: {level="info", service_name="x"}\n`,
      refusal: { kind: 'some', lines: 12 },
    },
    {
      title: 'too many labels as the whole stream',
      body: `entry for stream ${STREAM} has 17 label names; limit 15\n`,
      refusal: { kind: 'all' },
    },
    {
      title: 'a label value that is too long as the whole stream',
      body: `stream ${STREAM} has label value too long: 'xxx'\n`,
      refusal: { kind: 'all' },
    },
    {
      title: 'structured metadata that is not allowed',
      body: `100 errors like: stream ${STREAM} includes structured metadata, but this feature is disallowed. Please see …\n`,
      refusal: { kind: 'metadata' },
    },
    {
      title: 'a push that could not be parsed as unknown',
      body: "loghttp.PushRequest.Streams: []loghttp.LogProtoStream: unmarshalerDecoder: Value looks like Number/Boolean/None, but can't find its end\n",
      refusal: { kind: 'unknown' },
    },
    {
      title: 'a page of a proxy as unknown',
      body: '<html>400 Bad Request</html>',
      refusal: { kind: 'unknown' },
    },
  ])('reads $title', ({ body, refusal }) => {
    expect(readRefusal(body)).toEqual(refusal);
  });
});
