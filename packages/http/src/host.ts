/** What a Host header says. */
export interface Host {
  readonly address: string | undefined;
  readonly port: number | undefined;
}

const UNKNOWN: Host = { address: undefined, port: undefined };
/** A name or an IPv4 address, or an IPv6 address in brackets; then a port. */
const HOST = /^(?:([a-zA-Z0-9._-]{1,253})|\[([0-9a-fA-F:.]{2,45})\])(?::(\d{1,5}))?$/;
/** A service is called by few names; a caller may send any. */
const MAX_REMEMBERED = 64;

const remembered = new Map<string, Host>();
/** Mostly it is the one before once more, and comparing is cheaper than hashing. */
let lastHeader: string | undefined;
let lastHost = UNKNOWN;

/** Takes a Host header apart. What is no host and port gives neither. */
export function parseHost(header: string | undefined): Host {
  if (header === undefined) return UNKNOWN;
  if (header === lastHeader) return lastHost;
  const known = remembered.get(header);
  if (known !== undefined) {
    lastHeader = header;
    lastHost = known;
    return known;
  }
  const match = HOST.exec(header);
  if (match === null) return UNKNOWN;
  const port = match[3] === undefined ? undefined : Number(match[3]);
  const host = {
    address: match[1] ?? match[2],
    port: port !== undefined && port <= 65_535 ? port : undefined,
  };
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(header, host);
  return host;
}
