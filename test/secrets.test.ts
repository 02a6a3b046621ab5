import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLeakSearch, plantSecrets } from '../examples/shop/src/planted.ts';
import { startOtlpReceiver } from '../examples/shop/src/watch/otlp-receiver.ts';
import { createTraceBook } from '../examples/shop/src/watch/trace-book.ts';
import { startServiceProcess } from './servers/service-process.ts';

const { bearer, session, apiKey, queryToken, githubToken, jwt, stripeKey, cards, password } = plantSecrets(3);
const card = cards[0] ?? '';

/** Statements with a secret in them, as drivers send them when an application puts values into the text. */
const statements = {
  'a column that is set': `UPDATE users SET password = '${password}' WHERE id = 1`,
  'a column that is compared': `SELECT id FROM users WHERE api_key='${apiKey}' AND name = 'x'`,
  'a column of a list': `INSERT INTO users (name, password, plan) VALUES ('ann', '${password}', 'free')`,
  'a user of the database': `ALTER USER shop WITH PASSWORD '${password}'`,
  'a token': `INSERT INTO tokens VALUES (1, '${githubToken}', '${stripeKey}')`,
  'a card number': `INSERT INTO cards VALUES ('${card}')`,
  'a connection': `SELECT dblink('postgres://shop:${password}@db.example/shop', 'SELECT 1')`,
};

describe('a service that says all it knows of a request', () => {
  const leaks = createLeakSearch([
    bearer,
    session,
    apiKey,
    queryToken,
    githubToken,
    jwt,
    stripeKey,
    card,
    password,
  ]);
  const traces = createTraceBook(1000);
  let statementsSeen: readonly unknown[];
  const status: number[] = [];
  let end: () => Promise<void>;

  beforeAll(async () => {
    const receiver = await startOtlpReceiver(traces, leaks);
    const service = await startServiceProcess({
      program: new URL('secrets/service.ts', import.meta.url),
      env: {
        OTEL_SERVICE_NAME: 'secrets',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_LOGS_EXPORTER: 'otlp,console',
        OTEL_METRICS_EXPORTER: 'otlp,prometheus',
        OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${bearer}`,
      },
      onOutput: (text) => leaks.look('standard output', text),
      onError: (text) => leaks.look('standard error', text),
    });
    end = async () => {
      await service.stop();
      await receiver.stop();
    };
    for (const statement of Object.values(statements)) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const response = await fetch(
        `http://127.0.0.1:${service.port}/orders/${githubToken}?token=${queryToken}&next=%2F${jwt}`,
        {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${bearer}`,
            cookie: `session=${session}`,
            'x-api-key': apiKey,
            'x-request-id': stripeKey,
            'user-agent': `kiosk (${stripeKey})`,
            referer: `https://shop.example/?token=${queryToken}`,
            tracestate: `shop=${stripeKey}`,
            baggage: `token=${queryToken}`,
          },
          body: JSON.stringify({
            password,
            card,
            statement,
            error: { name: stripeKey, code: githubToken, message: `syntax error in: ${statement}` },
          }),
        },
      );
      status.push(response.status);
    }
    await service.ask({});
    for (const path of ['/metrics', '/status', '/livez', '/loglevel']) {
      // oxlint-disable-next-line no-await-in-loop -- a few pages
      leaks.look(path, await service.page(path));
    }
    leaks.look('OpenMetrics', await service.page('/metrics', { accept: 'application/openmetrics-text' }));
    statementsSeen = traces
      .all()
      .flatMap(({ spans }) => spans.map(({ attributes }) => attributes['db.query.text']))
      .filter((text) => text !== undefined);
  }, 60_000);

  afterAll(() => end());

  it('is heard', () => {
    expect(status).toEqual(Object.values(statements).map(() => 500));
    expect(traces.roots).toBe(status.length);
    expect(statementsSeen).toHaveLength(status.length);
  });

  it.each(
    Object.entries({ bearer, session, apiKey, queryToken, githubToken, jwt, stripeKey, card, password }),
  )('says the %s nowhere', (_name, secret) => {
    expect([...(leaks.found.get(secret) ?? [])]).toEqual([]);
  });

  it('keeps what is no secret of the statements', () => {
    expect(statementsSeen).toContain(`UPDATE users SET password = '[REDACTED]' WHERE id = 1`);
  });
});
