import { METHODS } from 'node:http';
import { createRandom, type Random } from '../../examples/shop/src/random.ts';

/** Stands in everything that a hostile caller chooses, so that it can be looked for. */
export const MARK = 'evil';
/** Stands in what the service itself takes from a request into an error's name or a label. */
export const TAKEN = 'Taken';

const HEX = '0123456789abcdef';
const WORD = 'abcdefghijklmnopqrstuvwxyz0123456789-_.~';

/** CONNECT opens a tunnel, of which the parser then knows nothing; QUERY is in no other version of Node. */
const methods = METHODS.filter((method) => method !== 'CONNECT' && method !== 'QUERY');

const scannerPaths = [
  '/.env',
  '/wp-login.php',
  '/.git/config',
  '/cgi-bin/luci;stok=/locale',
  '/actuator/gateway/routes',
  '/..%2f..%2f..%2fetc%2fpasswd',
  '/%c0%ae%c0%ae/%c0%ae%c0%ae/boot.ini',
  '/%00%0d%0aset-cookie:%20a=b',
  '/${jndi:ldap://127.0.0.1/a}',
  '/"}<script>alert(1)</script>',
  '//example.com/%2e%2e',
  '*',
  'http://other.example/absolute',
];

/** Makes requests of which no two are alike; the same ones for the same seed. */
export function createHostileRequests(seed: number): () => string {
  const random = createRandom(seed);
  let number = 0;

  return function nextRequest() {
    number++;
    const kind = number % 16;
    const taken = `${TAKEN}${number.toString(36)}`;
    if (kind === 0) return get(`/throw/${taken}`, number);
    if (kind === 1) return get(`/code/${taken}`, number);
    if (kind === 2) return get(`/count/${taken}`, number, `x-shop: ${taken}\r\n`);
    const method = kind < 8 ? random.pick(methods) : 'GET';
    return (
      `${method} ${target(random, number)} HTTP/1.1\r\n` +
      `host: ${MARK}-${number}.example:${random.below(70_000)}\r\n` +
      `${headers(random, number)}content-length: 0\r\n\r\n`
    );
  };
}

function get(path: string, number: number, more = ''): string {
  return `GET ${path}?q=${MARK}${number} HTTP/1.1\r\nhost: a\r\n${more}\r\n`;
}

function target(random: Random, number: number): string {
  const word = `${MARK}${number}${random.text(random.below(12), WORD)}`;
  switch (random.below(8)) {
    case 0:
      return `/api/${word}/things/${number}`;
    case 1:
      return `/api/%65${word}/things/%${random.text(2, HEX)}${number}`;
    case 2:
      return random.pick(scannerPaths);
    case 3:
      return `/${word}${'/a'.repeat(random.below(200))}`;
    case 4:
      return `/?${word}=${word}&token=${word}`;
    case 5:
      return `/${'x'.repeat(random.below(4000))}${word}`;
    default:
      return `/${word}/${number}`;
  }
}

function headers(random: Random, number: number): string {
  const word = `${MARK}${number}`;
  switch (random.below(8)) {
    case 0:
      return `x-request-id: ${word}\r\nx-correlation-id: ${word}\r\n`;
    case 1:
      return `traceparent: 00-${random.text(32, HEX)}-${random.text(16, HEX)}-0${random.below(4)}\r\ntracestate: ${MARK}=${word}\r\n`;
    case 2:
      return `traceparent: ${word}\r\nbaggage: ${word}=${word}\r\n`;
    case 3:
      return `user-agent: ${word}\r\nreferer: http://${word}/\r\n`;
    case 4:
      return `forwarded: for=${word};host=${word};proto=${word}\r\nx-forwarded-for: ${word}\r\nx-forwarded-host: ${word}\r\nx-forwarded-proto: ${word}\r\n`;
    case 5:
      return `${word}: ${word}\r\nx-http-method-override: ${word}\r\n`;
    case 6:
      return `authorization: Bearer ${word}\r\ncookie: ${word}=${word}\r\ncontent-type: ${word}/x\r\n`;
    default:
      return `accept: ${word}\r\naccept-encoding: ${word}\r\n`;
  }
}
