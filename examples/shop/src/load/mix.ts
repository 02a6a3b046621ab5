import type { Planted } from '../planted.ts';
import type { Random } from '../random.ts';
import { products, tenants } from '../storefront/products.ts';

/** How a request ends early: half its body is never sent, or the visitor leaves without waiting for the answer. */
type Abort = 'half-sent' | 'not-awaited';

/** One request as a visitor makes it. */
export interface PlannedRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'DELETE';
  readonly path: string;
  /** The template of the route that it should reach; undefined where there is none. */
  readonly route: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly abort?: Abort;
}

const routes = {
  products: '/api/:tenant/products',
  product: '/api/:tenant/products/:id',
  newOrder: '/api/:tenant/orders',
  order: '/api/:tenant/orders/:id',
} as const;

/** What scanners ask every server for. */
const scannerPaths = [
  '/.env',
  '/wp-login.php',
  '/.git/config',
  '/actuator/env',
  '/cgi-bin/luci;stok=/locale',
  '/api/v1/pods',
];

/** Plans what one visitor asks for. */
export interface Visitor {
  next(): PlannedRequest;
  /** Tells about an order, so that the visitor can look at it later. */
  remember(order: { readonly id: string; readonly tenant: string }): void;
}

export function createVisitor(random: Random, planted: Planted): Visitor {
  const orders: { readonly id: string; readonly tenant: string }[] = [];
  const base = (): string => `/api/${random.pick(tenants)}`;

  function order(body: unknown): PlannedRequest {
    return {
      method: 'POST',
      path: `${base()}/orders`,
      route: routes.newOrder,
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    };
  }

  function cart(card: string): object {
    const items = Array.from({ length: 1 + random.below(3) }, () => ({
      productId: random.pick(products).id,
      quantity: 1 + random.below(3),
    }));
    return {
      plan: random.pick(['standard', 'standard', 'express']),
      card,
      items,
      note: `the gate opens with password=${planted.password}`,
    };
  }

  const goodCards = planted.cards.slice(0, -1);
  const badCard = planted.cards.at(-1) ?? '';

  /** What there is to do, and how often of a hundred. */
  const mix: readonly (readonly [weight: number, plan: () => PlannedRequest])[] = [
    [30, () => get(`${base()}/products`, routes.products)],
    [2, () => ({ ...get(`${base()}/products`, routes.products), method: 'HEAD' })],
    [5, () => get(`${base()}/products?q=tea&token=${planted.queryToken}`, routes.products)],
    [20, () => get(`${base()}/products/${random.pick(products).id}`, routes.product)],
    [2, () => get(`${base()}/products/unicorn-${random.below(1000)}`, routes.product)],
    [1, () => get(`${base()}/products/${planted.githubToken}`, routes.product)],
    [14, () => order(cart(random.pick(goodCards)))],
    [2, () => order(cart(badCard))],
    [2, () => order({ ...cart(badCard), plan: 'free', password: planted.password })],
    [1, () => order(`{ "plan": "express", "card": "${badCard}", `)],
    [1, () => order({ note: 'x'.repeat(20_000) })],
    [
      9,
      () => {
        const known = orders.at(-1);
        return known === undefined
          ? get(`${base()}/products`, routes.products)
          : get(`/api/${known.tenant}/orders/${known.id}`, routes.order);
      },
    ],
    [1, () => get(`${base()}/orders/${uuid(random)}`, routes.order)],
    [1, () => get(`${base()}/orders/not-an-id`, routes.order)],
    [1, () => get(`/api/nobody/products`, routes.products)],
    [2, () => get(random.pick(scannerPaths), undefined)],
    [1, () => get(`/reset/${planted.jwt}/confirm?next=/`, undefined)],
    [1, () => ({ ...get(`${base()}/products`, undefined), method: 'DELETE' })],
    [2, () => ({ ...order(cart(random.pick(goodCards))), abort: 'half-sent' })],
    [2, () => ({ ...get(`${base()}/products`, routes.products), abort: 'not-awaited' })],
  ];
  const total = mix.reduce((sum, [weight]) => sum + weight, 0);

  /** Some visitors bring secrets in their headers. */
  function headers(): Record<string, string> {
    switch (random.below(8)) {
      case 0:
        return { authorization: `Bearer ${planted.bearer}`, cookie: `session=${planted.session}` };
      case 1:
        return {
          'x-api-key': planted.apiKey,
          referer: `https://shop.example/?token=${planted.queryToken}`,
        };
      case 2:
        return { 'user-agent': `kiosk/2 (${planted.stripeKey})`, 'x-request-id': planted.stripeKey };
      default:
        return {};
    }
  }

  return {
    next() {
      let ticket = random.below(total);
      const [, plan] = mix.find(([weight]) => (ticket -= weight) < 0) ?? mix[0] ?? [0, undefined];
      if (plan === undefined) throw new RangeError('the mix is empty');
      const planned = plan();
      return { ...planned, headers: { ...headers(), ...planned.headers } };
    },
    remember(known) {
      orders.push(known);
      if (orders.length > 20) orders.shift();
    },
  };
}

/** What somebody asks for who only wants to be a burden. */
export function planStorm(): PlannedRequest {
  return get(`/api/${tenants[0]}/products`, routes.products);
}

function get(path: string, route: string | undefined): PlannedRequest {
  return { method: 'GET', path, route, headers: {} };
}

function uuid(random: Random): string {
  const hex = (length: number): string => random.text(length, '0123456789abcdef');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
}
