import { type DnsFault, type DnsServer, startDns } from '../dns.ts';
import type { World } from '../world.ts';
import { type Fault, shippers } from './fault.ts';

const dnsServers = new WeakMap<World, DnsServer>();

function dnsFault(fault: Exclude<DnsFault, 'none'>, title: string): Fault {
  return {
    name: `dns-${fault}`,
    group: 'DNS',
    title,
    on: shippers,
    backend: 'both',
    async prepare(world) {
      if (process.getuid?.() !== 0) return 'only root may bind port 53 and mount';
      const server = await startDns(world.spool);
      world.cleanUps.push(() => server.close());
      dnsServers.set(world, server);
      for (const backend of [world.otlp, world.loki]) backend.closeConnections();
      return {
        within: server.within,
        env: {
          OTEL_EXPORTER_OTLP_ENDPOINT: `http://collector.chaos.test:${world.otlp.port}`,
          LOKI_URL: `http://loki.chaos.test:${world.loki.port}`,
        },
      };
    },
    begin: (world) => dnsServers.get(world)?.setFault(fault),
    end: (world) => dnsServers.get(world)?.setFault('none'),
  };
}

export const dnsFaults: readonly Fault[] = [
  dnsFault('unknown', 'the names of both backends are unknown'),
  dnsFault('hangs', 'the name server never answers'),
];
