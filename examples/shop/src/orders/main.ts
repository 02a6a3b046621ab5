import { sightline } from '@sightline/bootstrap';
import * as z from 'zod';
import { portSchema, readConfig } from '../service/config.ts';
import { serve } from '../service/serve.ts';
import { createUpstream } from '../service/upstream.ts';
import { createOrdersApp } from './app.ts';
import { createOrderStore } from './order-store.ts';
import { openTracedDatabase } from './traced-database.ts';

const config = readConfig(
  z.object({
    PORT: portSchema.default(3001),
    PAYMENTS_URL: z.url().default('http://localhost:3002'),
    SHOP_TOKEN: z.string().min(16),
    ORDERS_DATABASE: z.string().default(':memory:'),
  }),
);
const database = openTracedDatabase(config.ORDERS_DATABASE);
const app = createOrdersApp({
  orders: createOrderStore(database),
  payments: createUpstream({
    name: 'payments',
    url: config.PAYMENTS_URL,
    timeoutMs: 2000,
    token: config.SHOP_TOKEN,
  }),
  logger: sightline.logger,
  metrics: sightline.metrics,
});

await serve(app, { port: config.PORT, onClose: () => database.close() });
