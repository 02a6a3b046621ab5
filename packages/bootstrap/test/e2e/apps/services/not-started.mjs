import { sightline, start } from '@sightline/bootstrap';

sightline.logger.info('before');
const orders = sightline.metrics.counter({ name: 'shop_orders', help: 'Orders.' });
orders.add(1);
const before = sightline.enabled;
start();
sightline.logger.info('after');
process.stdout.write(`${JSON.stringify({ before, after: sightline.enabled })}\n`);
