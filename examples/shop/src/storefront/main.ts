import { sightline } from '@sightline/bootstrap';
import * as z from 'zod';
import { portSchema, readConfig } from '../service/config.ts';
import { serve } from '../service/serve.ts';
import { createUpstream } from '../service/upstream.ts';
import { createStorefrontApp } from './app.ts';
import { createCatalogue } from './catalogue.ts';
import { createDoor } from './door.ts';
import { lookUpPatiently } from './patient-orders.ts';

const config = readConfig(
  z.object({
    PORT: portSchema.default(3000),
    ORDERS_URL: z.url().default('http://localhost:3001'),
    SHOP_TOKEN: z.string().min(16),
    RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(1).default(60),
    RATE_LIMIT_PER_HOUR: z.coerce.number().int().min(1).default(1000),
    REDIS_URL: z.url().optional(),
    ALLOWED_ORIGIN: z.url().default('https://shop.example'),
  }),
);
const door = createDoor({
  perMinute: config.RATE_LIMIT_PER_MINUTE,
  perHour: config.RATE_LIMIT_PER_HOUR,
  redisUrl: config.REDIS_URL,
  logger: sightline.logger,
  watch: sightline.watch,
});
const app = createStorefrontApp({
  catalogue: createCatalogue(sightline.watch),
  door: door.handlers,
  orders: lookUpPatiently(
    createUpstream({
      name: 'orders',
      url: config.ORDERS_URL,
      timeoutMs: 3000,
      token: config.SHOP_TOKEN,
    }),
    sightline.watch,
  ),
  origins: [config.ALLOWED_ORIGIN],
  logger: sightline.logger,
});

await serve(app, { port: config.PORT, onClose: door.close });
