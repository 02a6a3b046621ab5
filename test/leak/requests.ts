import { type IncomingMessage, request as httpRequest } from 'node:http';

/** A secret that comes with a request. */
export interface Carried {
  readonly text: string;
  readonly name: string;
  readonly mark: string;
}

interface Shape {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Carrier {
  /** True when the name stands beside the secret. */
  readonly isNamed: boolean;
  /** False where line breaks or spaces cannot be: in a header, or a list with separators of its own. */
  readonly takesAnyText: boolean;
  readonly shape: (carried: Carried) => Shape;
}

const header = (name: string, isNamed: boolean, value = (text: string): string => text): Carrier => ({
  isNamed,
  takesAnyText: false,
  shape: ({ text }) => ({ headers: { [name]: value(text) } }),
});
const json = { 'content-type': 'application/json' };

/** Every part of a request that can hold one. */
export const carriers: Readonly<Record<string, Carrier>> = {
  'request: authorization': header('authorization', true),
  'request: authorization, Bearer': header('authorization', true, (text) => `Bearer ${text}`),
  'request: x-api-key': header('x-api-key', true),
  'request: a header with a telling name': {
    isNamed: true,
    takesAnyText: false,
    shape: ({ text, name }) => ({ headers: { [`x-shop-${name.replaceAll('_', '-')}`]: text } }),
  },
  'request: a cookie': {
    isNamed: true,
    takesAnyText: true,
    shape: ({ text, name }) => ({ headers: { cookie: `theme=dark; ${name}=${encodeURIComponent(text)}` } }),
  },
  'request: user-agent': header('user-agent', false, (text) => `kiosk/1.0 (${text})`),
  'request: referer': {
    isNamed: true,
    takesAnyText: true,
    shape: ({ text, name }) => ({
      headers: { referer: `https://shop.example/reset?${name}=${encodeURIComponent(text)}` },
    }),
  },
  'request: x-request-id': header('x-request-id', false),
  'request: tracestate': header('tracestate', false, (text) => `shop=${text}`),
  'request: baggage': {
    isNamed: false,
    takesAnyText: true,
    shape: ({ text }) => ({ headers: { baggage: `note=${encodeURIComponent(text)}` } }),
  },
  'request: x-forwarded-for': header('x-forwarded-for', false),
  'request: x-forwarded-host': header('x-forwarded-host', false),
  'request: origin': header('origin', false),
  'request: an unknown header': header('x-note', false),
  'request: query': {
    isNamed: true,
    takesAnyText: true,
    shape: ({ text, name }) => ({ path: `/search?lang=en&${name}=${encodeURIComponent(text)}` }),
  },
  'request: query of a plain name': {
    isNamed: false,
    takesAnyText: true,
    shape: ({ text }) => ({ path: `/search?q=${encodeURIComponent(text)}` }),
  },
  'request: path': {
    isNamed: false,
    takesAnyText: true,
    shape: ({ text }) => ({ path: `/reset/${encodeURIComponent(text)}/confirm` }),
  },
  'request: JSON': {
    isNamed: true,
    takesAnyText: true,
    shape: ({ text, name }) => ({
      method: 'POST',
      headers: json,
      body: JSON.stringify({ user: { name: 'ada', [name]: text }, list: [{ [name]: text }] }),
    }),
  },
  'request: JSON, plain name': {
    isNamed: false,
    takesAnyText: true,
    shape: ({ text }) => ({ method: 'PUT', headers: json, body: JSON.stringify({ note: `look: ${text}` }) }),
  },
  'request: JSON that is none': {
    isNamed: true,
    takesAnyText: true,
    shape: ({ text, name }) => ({
      method: 'POST',
      headers: json,
      body: `{"${name}": ${JSON.stringify(text)}, oops`,
    }),
  },
  'request: a form': {
    isNamed: true,
    takesAnyText: true,
    shape: ({ text, name }) => ({
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `user=ada&${name}=${encodeURIComponent(text)}`,
    }),
  },
  'request: text': {
    isNamed: true,
    takesAnyText: true,
    shape: ({ text, name }) => ({
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: `user=ada\n${name}="${text.replaceAll('"', "'")}"\n`,
    }),
  },
};

/** Sends it; what is answered does not matter. */
export function sendCarried(port: number, { shape }: Carrier, carried: Carried): Promise<void> {
  const { method = 'GET', path = '/', headers = {}, body = '' } = shape(carried);
  return new Promise((resolve) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method,
        path: `/leak/${carried.mark}${path}`,
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      },
      (response: IncomingMessage) => {
        response.resume();
        response.on('close', resolve);
      },
    );
    request.on('error', () => resolve());
    request.end(body);
  });
}
