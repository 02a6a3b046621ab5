import { EventEmitter } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { plainTraffic } from './plain-traffic.ts';

describe('plainTraffic', () => {
  it('counts a connection once, and tells once that it has gone', () => {
    const onChange = vi.fn<() => void>();
    const traffic = plainTraffic(createServer(), onChange);
    const socket = new EventEmitter();
    traffic.meet(socket as Socket);
    traffic.meet(socket as Socket);
    expect(traffic.open().connections).toBe(1);
    socket.emit('close');
    expect([traffic.open().connections, onChange.mock.calls.length]).toEqual([0, 1]);
  });
});
