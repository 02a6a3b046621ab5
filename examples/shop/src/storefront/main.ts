import { sightline } from '@sightline/bootstrap';
import * as z from 'zod';
import { isIncidentOrder } from '../incidents.ts';
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
    // How long what is called a minute and an hour lasts: less where nobody wants to wait for it.
    RATE_LIMIT_MINUTE_MS: z.coerce.number().int().min(1).default(60_000),
    RATE_LIMIT_HOUR_MS: z.coerce.number().int().min(1).default(3_600_000),
    REDIS_URL: z.url().optional(),
    ALLOWED_ORIGIN: z.url().default('https://shop.example'),
  }),
);
const door = createDoor({
  perMinute: config.RATE_LIMIT_PER_MINUTE,
  perHour: config.RATE_LIMIT_PER_HOUR,
  minuteMs: config.RATE_LIMIT_MINUTE_MS,
  hourMs: config.RATE_LIMIT_HOUR_MS,
  redisUrl: config.REDIS_URL,
  logger: sightline.logger,
  watch: sightline.watch,
});
const catalogue = createCatalogue(sightline.watch);
const app = createStorefrontApp({
  catalogue,
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

process.on('message', (message) => {
  if (isIncidentOrder(message)) catalogue.suffer(message.incident);
});

await serve(app, { port: config.PORT, onClose: door.close });
