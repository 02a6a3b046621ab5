import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { dnsCheck } from './dns.ts';
import { runCheck, until } from './run-check.fixture.ts';

const TYPES: Readonly<Record<number, Buffer>> = {
  1: Buffer.from([10, 0, 0, 7]),
  16: Buffer.from([2, 0x68, 0x69]),
};

/**
 * A name server on a free port. What it answers goes by the first label of the name: `two` has two records, `none` has
 * none of that kind, `unknown` does not exist, `broken` makes it fail, `silent` has no answer.
 */
async function nameServer(): Promise<{ readonly servers: string[]; readonly asked: string[] }> {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const name = nameIn(query);
    asked.push(name);
    const [label] = name.split('.');
    if (label === 'silent') return;
    const end = 12 + name.length + 2;
    const records = label === 'two' ? 2 : label === 'one' ? 1 : 0;
    const code = label === 'unknown' ? 3 : label === 'broken' ? 2 : 0;
    const data = TYPES[query.readUInt16BE(end)] ?? Buffer.alloc(4);
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180 | code, 2);
    header.writeUInt16BE(records, 6);
    header.fill(0, 8, 12);
    const record = Buffer.concat([
      Buffer.from([0xc0, 12]),
      query.subarray(end, end + 4),
      Buffer.from([0, 0, 0, 1, 0, data.length]),
      data,
    ]);
    const answer = Buffer.concat([header, query.subarray(12, end + 4), ...Array(records).fill(record)]);
    socket.send(answer, from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return { servers: [`127.0.0.1:${socket.address().port}`], asked };
}

function nameIn(query: Buffer): string {
  const labels: string[] = [];
  for (let at = 12; query[at] !== 0; at += (query[at] ?? 0) + 1) {
    labels.push(query.toString('latin1', at + 1, at + 1 + (query[at] ?? 0)));
  }
  return labels.join('.').toLowerCase();
}

describe('dnsCheck', () => {
  it.each([
    { hostname: 'one.local', recordType: 'A', records: 1 },
    { hostname: 'two.local', recordType: 'A', records: 2 },
    { hostname: 'two.local', recordType: 'TXT', records: 2 },
  ] as const)('is up with $records of kind $recordType', async ({ records, ...question }) => {
    const { servers } = await nameServer();
    expect(await runCheck(dnsCheck({ ...question, servers }))).toEqual({
      status: 'up',
      details: { records },
    });
  });

  it.each([
    ['unknown.local', 'A of unknown.local: the name unknown.local is not known (ENOTFOUND)'],
    ['none.local', 'A of none.local: the name none.local has no record of that kind (ENODATA)'],
    ['broken.local', 'A of broken.local: the name server fails to look up the name broken.local (ESERVFAIL)'],
    [
      'unknown',
      'A of unknown: the name unknown is not known (ENOTFOUND); the name must be whole, search domains are not used',
    ],
  ])('says what is wrong with %s', async (hostname, reason) => {
    const { servers } = await nameServer();
    expect(await runCheck(dnsCheck({ hostname, servers, timeoutMs: 10_000 }))).toEqual({
      status: 'down',
      reason,
      details: undefined,
    });
  });

  it('is down within its time when the name server is silent', async () => {
    const { servers } = await nameServer();
    const { reason } = await runCheck(dnsCheck({ hostname: 'silent.local', servers, timeoutMs: 40 }));
    expect(reason).toMatch(
      /^A of silent\.local: (?:the name servers do not answer after \d+ ms|the name server does not answer \(ETIMEOUT\))$/,
    );
  });

  it('cancels its question when it is aborted', async () => {
    const { servers, asked } = await nameServer();
    const cancel = vi.spyOn(Resolver.prototype, 'cancel');
    onTestFinished(() => cancel.mockRestore());
    const stop = new AbortController();
    const running = runCheck(dnsCheck({ hostname: 'silent.local', servers, timeoutMs: 59_900 }), stop.signal);
    await until(() => asked.length > 0);
    stop.abort();
    expect((await running).status).toBe('down');
    await until(() => cancel.mock.calls.length === 1);
  });

  it('refuses a name server without an address, and a kind that it does not know', () => {
    const options = { hostname: 'a.local', servers: ['ns.local'], recordType: 'a' as 'A' };
    expect(() => dnsCheck(options)).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_OPTIONS',
        message: expect.stringMatching(/servers\[0\].*the IP address of a name server.*did you mean "A"/),
      }),
    );
  });
});
