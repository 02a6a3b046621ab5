import cors from 'cors';
import express, { Router } from 'express';
import type { Express, RequestHandler } from 'express';
import helmet from 'helmet';
import type { Sightline } from '@sightline/bootstrap';
import * as z from 'zod';
import { Problem, notFound, parseInput, problemHandler } from '../service/problem.ts';
import type { Upstream } from '../service/upstream.ts';
import type { Catalogue } from './catalogue.ts';
import { tenants } from './products.ts';

const tenantSchema = z.object({ tenant: z.enum(tenants) });
const orderParamsSchema = tenantSchema.extend({ id: z.uuid() });
const newOrderSchema = z.strictObject({
  plan: z.enum(['standard', 'express']),
  card: z.string().regex(/^\d{13,19}$/),
  items: z
    .array(z.strictObject({ productId: z.string().max(40), quantity: z.int().min(1).max(20) }))
    .min(1)
    .max(10),
  note: z.string().max(500).optional(),
});

export interface StorefrontDeps extends Pick<Sightline, 'logger'> {
  readonly orders: Upstream;
  readonly catalogue: Catalogue;
  /** What every request has to pass first. */
  readonly door: readonly RequestHandler[];
  /** Where browsers may call from. */
  readonly origins: readonly string[];
}

export function createStorefrontApp({ orders, catalogue, door, origins, logger }: StorefrontDeps): Express {
  const log = logger.child({ module: 'storefront' });

  const app = express();
  // A load balancer on the same machine says who asks.
  app.set('trust proxy', 'loopback');
  app.use(helmet());
  app.use(cors({ origin: [...origins] }));
  app.use(...door);
  app.use('/api/:tenant', catalogueRouter(catalogue));
  app.use('/api/:tenant/orders', ordersRouter(orders, catalogue, log));
  app.use(notFound);
  app.use(problemHandler(log));
  return app;
}

function catalogueRouter(catalogue: Catalogue): Router {
  const router = Router({ mergeParams: true });

  router.get('/products', async (request, response) => {
    parseInput(tenantSchema, request.params);
    response.json({ products: await catalogue.list() });
  });

  router.get('/products/:id', async (request, response) => {
    const { id } = parseInput(tenantSchema.extend({ id: z.string() }), request.params);
    const product = await catalogue.find(id);
    if (product === undefined) throw new Problem(404, 'There is no such product');
    response.json(product);
  });

  return router;
}

function ordersRouter(orders: Upstream, catalogue: Catalogue, log: Sightline['logger']): Router {
  const router = Router({ mergeParams: true });

  router.post('/', express.json({ limit: '16kb' }), async (request, response) => {
    const { tenant } = parseInput(tenantSchema, request.params);
    const { items, ...input } = parseInput(newOrderSchema, request.body);
    const order = await orders.post('/orders', {
      tenant,
      totalCents: await totalOf(items, catalogue),
      ...input,
    });
    log.info({ tenant, plan: input.plan, items: items.length }, 'order taken');
    response.status(201).json(order);
  });

  router.get('/:id', async (request, response) => {
    const { tenant, id } = parseInput(orderParamsSchema, request.params);
    response.json(await orders.get(`/orders/${id}?tenant=${tenant}`));
  });

  return router;
}

async function totalOf(
  items: readonly { readonly productId: string; readonly quantity: number }[],
  catalogue: Catalogue,
): Promise<number> {
  const prices = items.map(async ({ productId, quantity }) => {
    const product = await catalogue.find(productId);
    if (product === undefined) throw new Problem(422, 'There is no such product');
    return product.priceCents * quantity;
  });
  return (await Promise.all(prices)).reduce((totalCents, priceCents) => totalCents + priceCents, 0);
}
