import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

/** What happens to the answers of Redis on their way. */
export type RedisProxyFault =
  | 'none'
  /** They come after 200 ms. */
  | 'slow'
  /** Noise comes instead. */
  | 'garbage'
  /** The connection breaks after their first byte. */
  | 'cut';

export interface RedisProxy {
  readonly port: number;
  setFault(fault: RedisProxyFault): void;
  close(): Promise<void>;
}

const SLOW_MS = 200;
const NOISE = Buffer.from('00ff0d0a7a', 'hex');

/** Stands before a Redis, and hands everything on while there is no fault. */
export async function startRedisProxy(redisPort: number): Promise<RedisProxy> {
  const sockets = new Set<Socket>();
  let fault: RedisProxyFault = 'none';

  function answer(client: Socket, bytes: Buffer): void {
    if (fault === 'cut') client.write(bytes.subarray(0, 1), () => client.resetAndDestroy());
    else if (fault === 'slow') setTimeout(() => client.writable && client.write(bytes), SLOW_MS);
    else client.write(fault === 'garbage' ? NOISE : bytes);
  }

  function track(socket: Socket, other: () => Socket): void {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      other().destroy();
    });
  }

  const server = createServer((client) => {
    const redis = connect(redisPort, '127.0.0.1');
    track(client, () => redis);
    track(redis, () => client);
    client.on('data', (bytes) => redis.write(bytes));
    redis.on('data', (bytes) => answer(client, bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    setFault: (next) => (fault = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
