import { sightline } from '@sightline/bootstrap';
import * as z from 'zod';
import { portSchema, readConfig } from '../service/config.ts';
import { serve } from '../service/serve.ts';
import { createUpstream } from '../service/upstream.ts';
import { createStorefrontApp } from './app.ts';

const config = readConfig(
  z.object({
    PORT: portSchema.default(3000),
    ORDERS_URL: z.url().default('http://localhost:3001'),
    SHOP_TOKEN: z.string().min(16),
    ALLOWED_ORIGIN: z.url().default('https://shop.example'),
  }),
);
const app = createStorefrontApp({
  orders: createUpstream({
    name: 'orders',
    url: config.ORDERS_URL,
    timeoutMs: 3000,
    token: config.SHOP_TOKEN,
  }),
  origins: [config.ALLOWED_ORIGIN],
  logger: sightline.logger,
});

await serve(app, { port: config.PORT });
