import type { Logger } from '@sightline/logger';
import type { Logger as PinoLogger } from 'pino';
import { circularOrder, lazyRow, revokedClient, stubbornAmount } from './hostile-values.ts';
import type { Planted } from './planted.ts';
import type { Random } from './random.ts';

/** What the shop needs of a logger. Plain pino has no `audit`; it gets one that writes an ordinary line. */
export type ShopLogger = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'audit'> &
  Pick<PinoLogger, 'child'>;

/** What a scene is made of. */
export interface Props {
  readonly random: Random;
  readonly planted: Planted;
}

/** One log call of the shop, with what makes it dangerous. */
export interface Scene {
  readonly title: string;
  play(log: ShopLogger, props: Props): void;
}

const NAMES = ['ada', 'grace', 'linus', 'margaret', 'edsger', 'barbara'] as const;
const user = ({ random }: Props): string => `${random.pick(NAMES)}${random.below(1000)}`;

/** Every one plants at least one secret, or throws when it is looked at. */
export const scenes: readonly Scene[] = [
  {
    title: 'A sign-up logs the whole body',
    play(log, props) {
      const body = { user: user(props), password: props.planted.password(), newsletter: true };
      log.info({ req: { method: 'POST', url: '/signup', body } }, 'signed up');
    },
  },
  {
    title: 'A token in a URL',
    play(log, { planted, random }) {
      const url = `/reset?user=${random.below(9000)}&token=${planted.token()}&lang=en`;
      log.info({ req: { method: 'GET', url } }, 'password reset opened');
    },
  },
  {
    title: 'Request headers, as they came',
    play(log, { planted }) {
      const headers = {
        host: 'shop.example',
        authorization: `Bearer ${planted.token()}`,
        cookie: `lang=en; sid=${planted.token()}`,
      };
      log.info({ req: { method: 'GET', url: '/account', headers } }, 'request');
    },
  },
  {
    title: 'A JWT in an error message',
    play(log, { planted }) {
      log.error(new Error(`jwt expired: ${planted.jwt()}`), 'token refused');
    },
  },
  {
    title: 'A connection string in a nested cause',
    play(log, { planted }) {
      const url = `postgres://shop:${planted.password()}@db.internal:5432/orders`;
      const refused = Object.assign(new Error(`connect ECONNREFUSED ${url}`), { code: 'ECONNREFUSED' });
      const pool = new Error('the pool is empty', { cause: refused });
      log.error(new Error('order not saved', { cause: pool }), 'checkout failed');
    },
  },
  {
    title: 'A card number in a support ticket',
    play(log, { planted, random }) {
      const text = `Charged twice! My card is ${planted.card('grouped')}, please refund.`;
      log.info({ ticket: { id: random.below(90_000), text } }, 'ticket opened');
    },
  },
  {
    title: 'JSON inside a string inside JSON',
    play(log, { planted }) {
      const inner = JSON.stringify({ event: 'paid', apiKey: planted.token(), retry: 1 });
      const payload = JSON.stringify({ source: 'psp', body: inner });
      log.warn({ webhook: { payload } }, 'webhook failed');
    },
  },
  {
    title: 'printf arguments',
    play(log, props) {
      log.warn('login of %s refused, password %s', user(props), props.planted.password());
    },
  },
  {
    title: 'Child bindings',
    play(log, { planted, random }) {
      const cart = log.child({ requestId: random.below(1e9), device: { accessToken: planted.token() } });
      cart.info('cart opened');
    },
  },
  {
    title: 'A deployment logs its environment',
    play(log, { planted }) {
      const env = {
        NODE_ENV: 'production',
        DB_PASSWORD: planted.password(),
        AWS_ACCESS_KEY_ID: planted.awsKey(),
        SIGNING_KEY: planted.privateKey(),
      };
      log.info({ env }, 'started');
    },
  },
  {
    title: 'A failed call of the shell',
    play(log, { planted }) {
      log.error(`git clone https://${planted.githubToken()}@github.com/shop/themes failed with 128`);
    },
  },
  {
    title: 'An HTTP client error with its config',
    play(log, { planted }) {
      const config = {
        url: 'https://psp.example/charge',
        headers: { Authorization: `Basic ${planted.basic('shop')}` },
        data: `card=${planted.card('bare')}&cvc=123`,
      };
      log.error(Object.assign(new Error('Request failed with status code 502'), { config }), 'psp');
    },
  },
  {
    title: 'Raw headers, names and values in turn',
    play(log, { planted }) {
      const rawHeaders = ['Host', 'shop.example', 'X-Api-Key', planted.token()];
      log.info({ upstream: { rawHeaders } }, 'request passed on');
    },
  },
  {
    title: 'Settings as pairs of name and value',
    play(log, { planted }) {
      const settings = [
        { name: 'THEME', value: 'dark' },
        { name: 'SMTP_PASSWORD', value: planted.password() },
      ];
      log.info({ settings }, 'settings saved');
    },
  },
  {
    title: 'An audit record of a changed password',
    play(log, props) {
      log.audit('user.update', {
        actor: { type: 'user', id: user(props) },
        resource: { type: 'user', id: user(props) },
        outcome: 'success',
        changes: { password: { from: props.planted.password(), to: props.planted.password() } },
      });
    },
  },
  {
    title: 'A cycle',
    play(log, { planted, random }) {
      log.info({ order: circularOrder(random.below(9000), planted.password()) }, 'order');
    },
  },
  {
    title: 'A getter that throws',
    play: (log, { random }) => log.info(lazyRow(random.below(9000)), 'row'),
  },
  { title: 'A proxy that throws', play: (log) => log.info(revokedClient(), 'client') },
  { title: 'A toJSON that throws', play: (log) => log.info({ amount: stubbornAmount() }, 'charged') },
];

/** Most of a day: nothing is wrong with it, and nothing in it may be censored. */
export const ordinary: Scene = {
  title: 'A request',
  play(log, { random }) {
    const url = `/products/${random.below(5000)}?page=${random.below(9)}`;
    const req = { method: 'GET', url, headers: { host: 'shop.example', accept: 'text/html' } };
    log.info({ req, res: { statusCode: 200 }, responseTimeMs: random.below(90) }, 'request completed');
  },
};
