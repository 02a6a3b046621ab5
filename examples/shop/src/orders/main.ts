import { sightline } from '@sightline/bootstrap';
import * as z from 'zod';
import { isIncidentOrder } from '../incidents.ts';
import { portSchema, readConfig } from '../service/config.ts';
import { serve } from '../service/serve.ts';
import { createUpstream } from '../service/upstream.ts';
import { createOrdersApp } from './app.ts';
import { createDatabasePool } from './database-pool.ts';
import { createGuardedPayments } from './guarded-payments.ts';
import { createOrderStore, prepareStatements } from './order-store.ts';

const config = readConfig(
  z.object({
    PORT: portSchema.default(3001),
    PAYMENTS_URL: z.url().default('http://localhost:3002'),
    SHOP_TOKEN: z.string().min(16),
    ORDERS_DATABASE: z.string().default(':memory:'),
  }),
);
const database = await createDatabasePool(config.ORDERS_DATABASE, prepareStatements, sightline.watch);
const app = createOrdersApp({
  orders: createOrderStore(database),
  payments: createGuardedPayments(
    createUpstream({
      name: 'payments',
      url: config.PAYMENTS_URL,
      timeoutMs: 2000,
      token: config.SHOP_TOKEN,
    }),
    sightline.watch,
  ),
  logger: sightline.logger,
  metrics: sightline.metrics,
});

process.on('message', (message) => {
  if (isIncidentOrder(message)) database.suffer(message.incident);
});

await serve(app, { port: config.PORT, onClose: () => database.close() });
