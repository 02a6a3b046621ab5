/**
 * Every place of a program at which a secret may get into its telemetry without a request: what is logged, in every form;
 * what spans, metrics, audit records and health checks are given. Each is told the secret, a telling name for it, and a
 * mark by which it is known to have been heard.
 */
import { SpanStatusCode, type Tracer, context, propagation, trace } from '@opentelemetry/api';
import { sightline } from '@sightline/bootstrap';
import type { Logger } from '@sightline/logger';

/** What is planted at a place. */
export interface Planted {
  readonly text: string;
  /** A name that says that it is secret, such as `apiKey`. */
  readonly name: string;
  readonly mark: string;
}

export interface Place {
  /** True when the name stands beside the secret there; else only its own form gives it away. */
  readonly isNamed: boolean;
  readonly plant: (planted: Planted, logger: Logger, tracer: Tracer) => void;
}

type Plant = Place['plant'];
const named = (plant: Plant): Place => ({ isNamed: true, plant });
const unnamed = (plant: Plant): Place => ({ isNamed: false, plant });

function span(tracer: Tracer, mark: string, act: (span: ReturnType<Tracer['startSpan']>) => void): void {
  const one = tracer.startSpan(`leak ${mark}`);
  act(one);
  one.end();
}

function caught(act: () => never): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

class Client {
  readonly #hidden: string;
  readonly options: Readonly<Record<string, string>>;

  constructor(name: string, text: string) {
    this.#hidden = text;
    this.options = { [name]: text };
  }

  hidden(): string {
    return this.#hidden;
  }
}

/** As clients of HTTP make them. */
function axiosError({ text, name, mark }: Planted): Error {
  return Object.assign(new Error(`Request failed with status code 401 ${mark}`), {
    isAxiosError: true,
    code: 'ERR_BAD_REQUEST',
    config: {
      url: `https://api.example.com/v1?${name}=${encodeURIComponent(text)}`,
      headers: { Authorization: `Bearer ${text}`, [name]: text },
      data: JSON.stringify({ [name]: text }),
      auth: { username: 'ada', password: text },
    },
    response: {
      status: 401,
      data: { error: { [name]: text } },
      headers: { 'set-cookie': [`sid=${text}; Path=/`] },
    },
    request: { _header: `GET / HTTP/1.1\r\nAuthorization: Bearer ${text}\r\n\r\n` },
  });
}

/** As drivers of databases make them. */
function databaseError({ text, name, mark }: Planted): Error {
  return Object.assign(new Error(`duplicate key value violates unique constraint "users_key" ${mark}`), {
    code: '23505',
    detail: `Key (${name})=(${text}) already exists.`,
    query: `UPDATE users SET ${name} = '${text.replaceAll("'", "''")}' WHERE id = 1`,
    table: 'users',
  });
}

export const places: Readonly<Record<string, Place>> = {
  'log: a field': named(({ text, name, mark }, log) => log.info({ [name]: text }, mark)),
  'log: a field of a plain name': unnamed(({ text, mark }, log) => log.info({ note: text }, mark)),
  'log: in a plain text': unnamed(({ text, mark }, log) =>
    log.info({ note: `he said ${text} and left` }, mark),
  ),
  'log: the message': unnamed(({ text, mark }, log) => log.warn(`${mark} got ${text} from upstream`)),
  'log: name=value in the message': named(({ text, name, mark }, log) =>
    log.warn(`${mark} ${name}="${text}" rejected`),
  ),
  'log: name: value in the message': named(({ text, name, mark }, log) =>
    log.warn(`${mark} {"${name}": "${text}"}`),
  ),
  'log: %s': unnamed(({ text, mark }, log) => log.info(`${mark} %s is wrong`, text)),
  'log: %s after a name': named(({ text, name, mark }, log) => log.info(`${mark} ${name}=%s`, text)),
  'log: %o': named(({ text, name, mark }, log) => log.info(`${mark} %o`, { [name]: text })),
  'log: %j': named(({ text, name, mark }, log) => log.info(`${mark} %j`, { [name]: text })),
  'log: %O of a text': unnamed(({ text, mark }, log) => log.info(`${mark} %O`, text)),
  'log: more arguments than the format has': unnamed(({ text, mark }, log) =>
    // Types do not allow it, and programs without types do it.
    Reflect.apply(log.info, log, [mark, text, { note: text }]),
  ),
  'log: bindings of a child': named(({ text, name, mark }, log) => log.child({ [name]: text }).info(mark)),
  'log: bindings of a child, plain name': unnamed(({ text, mark }, log) =>
    log.child({ note: text }).info(mark),
  ),
  'log: bindings of a grandchild': named(({ text, name, mark }, log) =>
    log
      .child({ a: 1 })
      .child({ deep: { [name]: text } })
      .info(mark),
  ),
  'log: set bindings': named(({ text, name, mark }, log) => {
    const child = log.child({});
    child.setBindings({ [name]: text });
    child.info(mark);
  }),
  'log: deep': named(({ text, name, mark }, log) =>
    log.info({ a: { b: { c: { d: { e: { f: { [name]: text } } } } } } }, mark),
  ),
  'log: in arrays': named(({ text, name, mark }, log) => log.info({ list: [[{ [name]: text }], [1]] }, mark)),
  'log: an array under the name': named(({ text, name, mark }, log) =>
    log.info({ [name]: [text, text] }, mark),
  ),
  'log: an object under the name': named(({ text, name, mark }, log) =>
    log.info({ [name]: { value: text } }, mark),
  ),
  'log: a pair of name and value': named(({ text, name, mark }, log) =>
    log.info({ list: [{ name, value: text }] }, mark),
  ),
  'log: raw headers': named(({ text, mark }, log) =>
    log.info({ rawHeaders: ['host', 'a', 'authorization', text] }, mark),
  ),
  'log: a value beside the field that names it': named(({ text, name, mark }, log) =>
    log.info({ name, value: text }, mark),
  ),
  'log: an argument list': named(({ text, mark }, log) =>
    log.info({ argv: ['node', '--token', text] }, mark),
  ),
  'log: a map': named(({ text, name, mark }, log) => log.info({ map: new Map([[name, text]]) }, mark)),
  'log: a set': unnamed(({ text, mark }, log) => log.info({ set: new Set([text]) }, mark)),
  'log: a symbol key': named(({ text, name, mark }, log) => log.info({ [Symbol(name)]: text, a: 1 }, mark)),
  'log: a getter': named(({ text, name, mark }, log) =>
    log.info(Object.defineProperty({ a: 1 }, name, { enumerable: true, get: () => text }), mark),
  ),
  'log: toJSON': named(({ text, name, mark }, log) =>
    log.info({ client: { toJSON: () => ({ [name]: text }) } }, mark),
  ),
  'log: toJSON to a text': unnamed(({ text, mark }, log) =>
    log.info({ client: { toJSON: () => text } }, mark),
  ),
  'log: toString': unnamed(({ text, mark }, log) => log.info(`${mark} %s`, { toString: () => text })),
  'log: an instance of a class': named(({ text, name, mark }, log) =>
    log.info({ client: new Client(name, text) }, mark),
  ),
  'log: an object without a prototype': named(({ text, name, mark }, log) =>
    log.info(Object.assign(Object.create(null) as object, { [name]: text }), mark),
  ),
  'log: a URL': named(({ text, name, mark }, log) => {
    const url = new URL('https://api.example.com/v1');
    url.searchParams.set(name, text);
    log.info({ url, href: url.href }, mark);
  }),
  'log: search parameters': named(({ text, name, mark }, log) =>
    log.info(
      { query: new URLSearchParams({ [name]: text }), text: String(new URLSearchParams({ [name]: text })) },
      mark,
    ),
  ),
  'log: headers of fetch': named(({ text, mark }, log) =>
    log.info({ headers: new Headers({ 'x-api-key': encodeURIComponent(text) }) }, mark),
  ),
  'log: bytes': unnamed(({ text, mark }, log) =>
    log.info({ bytes: Buffer.from(text), array: new TextEncoder().encode(text) }, mark),
  ),
  'log: JSON in a text': named(({ text, name, mark }, log) =>
    log.info({ body: JSON.stringify({ user: { [name]: text } }) }, mark),
  ),
  'log: JSON in JSON in a text': named(({ text, name, mark }, log) =>
    log.info({ body: JSON.stringify({ inner: JSON.stringify({ [name]: text }) }) }, mark),
  ),
  'log: a form in a text': named(({ text, name, mark }, log) =>
    log.info({ body: `a=1&${name}=${encodeURIComponent(text)}&b=2` }, mark),
  ),
  'log: the environment': named(({ text, name, mark }, log) =>
    log.info({ env: { PATH: '/bin', [`SHOP_${name}`]: text } }, mark),
  ),
  'log: a key that is the secret': unnamed(({ text, mark }, log) => log.info({ byKey: { [text]: 1 } }, mark)),
  'error: the message': unnamed(({ text, mark }, log) => log.error(new Error(`${mark} cannot use ${text}`))),
  'error: name=value in the message': named(({ text, name, mark }, log) =>
    log.error({ err: new Error(`${mark} ${name}='${text}' is wrong`) }, 'failed'),
  ),
  'error: a property': named(({ text, name, mark }, log) =>
    log.error({ err: Object.assign(new Error(mark), { [name]: text }) }),
  ),
  'error: the cause of the cause': named(({ text, name, mark }, log) =>
    log.error(
      new Error(mark, { cause: new Error('a', { cause: Object.assign(new Error('b'), { [name]: text }) }) }),
    ),
  ),
  'error: a cause that is a text': unnamed(({ text, mark }, log) =>
    log.error(new Error(mark, { cause: text })),
  ),
  'error: one of several': unnamed(({ text, mark }, log) =>
    log.error(new AggregateError([new Error('first'), new TypeError(`second ${text}`)], mark)),
  ),
  'error: the name': unnamed(({ text, mark }, log) =>
    log.error(Object.assign(new Error(mark), { name: text })),
  ),
  'error: the code': unnamed(({ text, mark }, log) =>
    log.error(Object.assign(new Error(mark), { code: text })),
  ),
  'error: the stack': unnamed(({ text, mark }, log) =>
    log.error(Object.assign(new Error(mark), { stack: `Error: ${text}\n    at f (/app/a.js:1:1)` })),
  ),
  'error: of an HTTP client': named((planted, log) => log.error(axiosError(planted), 'upstream failed')),
  'error: of a database': named((planted, log) => log.error({ err: databaseError(planted) }, 'query failed')),
  'error: of JSON.parse': named(({ text, name, mark }, log) =>
    log.error(
      caught(() => JSON.parse(`{"${name}": "${text}", oops`) as never),
      mark,
    ),
  ),
  'error: of a URL': unnamed(({ text, mark }, log) =>
    log.error({ err: caught(() => new URL(`no url ${text}`) as never) }, mark),
  ),
  'thrown: a text': unnamed(({ text, mark }, log) => log.error({ err: text }, mark)),
  'thrown: an object': named(({ text, name, mark }, log) => log.error({ err: { [name]: text } }, mark)),
  'thrown: a list': unnamed(({ text, mark }, log) => log.error({ err: [text] }, mark)),
  'log: fatal': unnamed(({ text, mark }, log) => log.fatal({ note: text }, mark)),
  'audit: actor': unnamed(({ text, mark }, log) =>
    log.audit('key.rotate', {
      actor: { type: 'user', id: text.slice(0, 500) },
      resource: { type: 'key', id: mark },
      outcome: 'success',
    }),
  ),
  'audit: changes': named(({ text, name, mark }, log) =>
    log.audit('key.rotate', {
      actor: { type: 'user', id: '7' },
      resource: { type: 'key', id: mark },
      outcome: 'success',
      changes: { [name]: { from: text, to: text } },
    }),
  ),
  'audit: reason': unnamed(({ text, mark }, log) =>
    log.audit('key.rotate', {
      actor: { type: 'user', id: '7' },
      resource: { type: 'key', id: mark },
      outcome: 'denied',
      reason: `wrong: ${text}`.slice(0, 2000),
    }),
  ),
  'audit: a record that does not fit': unnamed(({ text, mark }, log) =>
    log.audit('key.rotate', { actor: text, resource: { type: 'key', id: mark }, outcome: text } as never),
  ),
  'span: an attribute': named(({ text, name, mark }, _log, tracer) =>
    span(tracer, mark, (one) => one.setAttribute(name, text)),
  ),
  'span: an attribute of a plain name': unnamed(({ text, mark }, _log, tracer) =>
    span(tracer, mark, (one) => one.setAttributes({ 'app.note': text, 'app.list': [text, 'b'] })),
  ),
  'span: a key': unnamed(({ text, mark }, _log, tracer) =>
    span(tracer, mark, (one) => one.setAttribute(text, 1)),
  ),
  'span: a statement': named(({ text, name, mark }, _log, tracer) =>
    span(tracer, mark, (one) =>
      one.setAttributes({
        'db.query.text': `INSERT INTO users (id, ${name}) VALUES (1, '${text.replaceAll("'", "''")}')`,
        'db.statement': `UPDATE users SET ${name} = '${text.replaceAll("'", "''")}'`,
      }),
    ),
  ),
  'span: a URL': named(({ text, name, mark }, _log, tracer) =>
    span(tracer, mark, (one) =>
      one.setAttributes({
        'url.full': `https://api.example.com/v1?${name}=${encodeURIComponent(text)}`,
        'url.query': `${name}=${encodeURIComponent(text)}`,
      }),
    ),
  ),
  'span: an event': named(({ text, name, mark }, _log, tracer) =>
    span(tracer, mark, (one) =>
      one.addEvent('retry', { [name]: text, body: JSON.stringify({ [name]: text }) }),
    ),
  ),
  'span: the name of an event': unnamed(({ text, mark }, _log, tracer) =>
    span(tracer, mark, (one) => one.addEvent(`got ${text}`)),
  ),
  'span: an exception': unnamed(({ text, mark }, _log, tracer) =>
    span(tracer, mark, (one) => one.recordException(new Error(`cannot use ${text}`))),
  ),
  'span: an exception that is a text': unnamed(({ text, mark }, _log, tracer) =>
    span(tracer, mark, (one) => one.recordException(text)),
  ),
  'span: its status': unnamed(({ text, mark }, _log, tracer) =>
    span(tracer, mark, (one) => one.setStatus({ code: SpanStatusCode.ERROR, message: `got ${text}` })),
  ),
  'span: its name': unnamed(({ text, mark }, _log, tracer) =>
    span(tracer, mark, (one) => one.updateName(`GET ${mark} ${text}`)),
  ),
  'span: a link': named(({ text, name, mark }, _log, tracer) =>
    span(tracer, mark, (one) => one.addLink({ context: one.spanContext(), attributes: { [name]: text } })),
  ),
  'span: the scope': unnamed(({ text, mark }) =>
    trace.getTracer(`leak ${text}`, text).startSpan(`leak ${mark}`).end(),
  ),
  'baggage that is logged': unnamed(({ text, mark }, log) => {
    const baggage = propagation.createBaggage({ note: { value: text } });
    context.with(propagation.setBaggage(context.active(), baggage), () =>
      log.info({ baggage: baggage.getAllEntries() }, mark),
    );
  }),
};

const business = sightline.metrics.counter('leak_attempts_total', {
  help: 'Attempts.',
  unit: '{attempt}',
  labels: ['plan'],
});

const checks = new Map<string, { dispose(): void }>();

/** In place of the last one of that name. */
function addCheck(name: string, check: () => unknown): void {
  checks.get(name)?.dispose();
  checks.set(name, sightline.health.add(name, { check, cacheMs: 0 }));
}

/** Labels have no room for marks: how many there may be is bounded, and what is refused is not heard. */
export const labelPlaces: Readonly<Record<string, Place>> = {
  'metrics: a label': unnamed(({ text }) => business.add(1, { plan: text })),
  'metrics: an attribute of an instrument': unnamed(({ text, name }) => {
    const meter = sightline.meterProvider.getMeter('leak');
    meter.createCounter('leak_instrument').add(1, { [name]: text, note: text });
    meter.createHistogram('leak_histogram', { unit: 's' }).record(1, { note: text });
  }),
  'metrics: the name of an instrument': unnamed(({ text }) =>
    sightline.meterProvider.getMeter(`leak ${text}`, text).createCounter(text, { description: text }).add(1),
  ),
  'health: what a check throws': unnamed(({ text }) => {
    addCheck('throws', () => Promise.reject(new Error(`connect ${text}`)));
  }),
  'health: what a check says': named(({ text, name }) => {
    addCheck('says', () => ({
      status: 'down' as const,
      reason: `got ${name}=${text}`,
      details: { [name]: text },
    }));
  }),
};
