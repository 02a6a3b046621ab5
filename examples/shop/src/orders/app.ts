import { randomUUID } from 'node:crypto';
import express from 'express';
import type { Express } from 'express';
import helmet from 'helmet';
import type { Sightline } from '@sightline/bootstrap';
import * as z from 'zod';
import { Problem, notFound, parseInput, problemHandler } from '../service/problem.ts';
import type { createGuardedPayments } from './guarded-payments.ts';
import type { Order, OrderStore } from './order-store.ts';

const newOrderSchema = z.strictObject({
  tenant: z.string().min(1).max(40),
  plan: z.enum(['standard', 'express']),
  totalCents: z.int().min(1).max(10_000_000),
  card: z.string().regex(/^\d{13,19}$/),
  note: z.string().max(500).optional(),
});
const orderKeySchema = z.object({ id: z.uuid(), tenant: z.string().min(1) });
const chargeSchema = z.object({ id: z.string() });

export interface OrdersDeps extends Pick<Sightline, 'logger' | 'metrics'> {
  readonly orders: OrderStore;
  readonly payments: ReturnType<typeof createGuardedPayments>;
}

export function createOrdersApp({ orders, payments, logger, metrics }: OrdersDeps): Express {
  const log = logger.child({ module: 'orders' });
  const placed = metrics.counter('orders_placed_total', {
    help: 'Orders, by how their payment ended.',
    unit: '{order}',
    labels: ['plan', 'outcome'],
  });
  const value = metrics.histogram('order_value_dollars', {
    help: 'Value of paid orders.',
    unit: '{dollar}',
    labels: ['plan'],
    boundaries: [5, 10, 25, 50, 100, 250, 500, 1000],
  });

  async function settle(
    order: Order,
    status: Order['status'],
    chargeId: string | null = null,
  ): Promise<Order> {
    const settled = { ...order, status, chargeId };
    await orders.settle({ id: order.id, status, chargeId });
    placed.add(1, { plan: order.plan, outcome: status });
    return settled;
  }

  const app = express();
  app.use(helmet());

  app.post('/orders', express.json({ limit: '16kb' }), async (request, response) => {
    const { card, note, ...input } = parseInput(newOrderSchema, request.body);
    const order: Order = { id: randomUUID(), ...input, status: 'pending', chargeId: null };
    await orders.insert(order, note);
    try {
      const charged = await payments.charge({
        orderId: order.id,
        amountCents: order.totalCents,
        card,
      });
      const paid = await settle(order, 'paid', chargeSchema.parse(charged).id);
      value.observe(order.totalCents / 100, { plan: order.plan });
      log.info({ orderId: order.id, plan: order.plan, totalCents: order.totalCents }, 'order placed');
      response.status(201).json(paid);
    } catch (error) {
      const isDeclined = error instanceof Problem && error.status === 402;
      log.warn({ orderId: order.id, err: error }, 'order not paid');
      await settle(order, isDeclined ? 'declined' : 'failed');
      throw error;
    }
  });

  app.get('/orders/:id', async (request, response) => {
    const key = parseInput(orderKeySchema, { ...request.query, ...request.params });
    const order = await orders.find(key);
    if (order === undefined) throw new Problem(404, 'There is no such order');
    response.json(order);
  });

  app.use(notFound);
  app.use(problemHandler(log));
  return app;
}
