import type { Server, Socket } from 'node:net';

/** What is open on the servers of one kind. */
export interface OpenTraffic {
  /** Requests that are being answered. */
  readonly requests: number;
  /** Connections that an upgrade has taken over (WebSockets, tunnels), and those of servers that are not HTTP. */
  readonly streams: number;
  /** All connections, idle ones among them. */
  readonly connections: number;
}

/** What is destroyed at the deadline. */
export type CutTraffic = Pick<OpenTraffic, 'requests' | 'streams'>;

/** The connections of one server, by the protocol that it speaks. */
export interface ServerTraffic {
  readonly server: Server;
  /** A connection that the server has accepted. */
  meet(socket: Socket): void;
  open(): OpenTraffic;
  /** Connections that came a moment ago, during the drain: their first request is on its way. */
  awaited(): number;
  /** Clients are asked to take other connections from now on, with the answers to what they send. */
  announce(): void;
  /** Takes no new requests where the protocol can say so: clients learn which ones are answered, and send the others elsewhere. */
  stop(): void;
  /** Ends every connection at once. */
  destroy(): void;
  /** Takes the listeners off the server. */
  letGo(): void;
}

/** Makes the traffic of a server. @param onChange called after each request and each connection that has ended, and when one is awaited no more */
export type TrafficSource = (server: Server, onChange: () => void) => ServerTraffic;
