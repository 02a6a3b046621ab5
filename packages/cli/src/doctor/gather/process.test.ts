import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { keptEnvironment, processOnPort } from './process.ts';

describe('keptEnvironment', () => {
  it('keeps what Sightline reads, without secrets and without anything else', () => {
    expect(
      keptEnvironment({
        OTEL_SDK_DISABLED: 'true',
        NODE_OPTIONS: '--import x',
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=secret',
        SIGHTLINE_ADMIN_TOKEN: 'secret',
        DATABASE_URL: 'postgres://a:secret@b',
        LOG_LEVEL: undefined,
      }),
    ).toEqual({ OTEL_SDK_DISABLED: 'true', NODE_OPTIONS: '--import x' });
  });
});

describe('processOnPort', () => {
  it('finds the process that listens, and what else it listens on', async ({ skip }) => {
    if (!existsSync('/proc/net/tcp')) skip('there is no /proc here');
    const servers = [createServer(), createServer()];
    const ports = await Promise.all(
      servers.map(async (server) => {
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        return (server.address() as AddressInfo).port;
      }),
    );
    const found = await processOnPort(ports[0] ?? 0);
    for (const server of servers) server.close();
    expect(found).toMatchObject({ pid: process.pid, ports: expect.arrayContaining(ports) });
    expect(found?.command[0]).toContain('node');
  });

  it('is nothing for a port that nobody has', async () => {
    expect(await processOnPort(1)).toBeUndefined();
  });
});
