import { sightline } from '@sightline/bootstrap';
import * as z from 'zod';
import { describeIncident, isIncidentOrder } from '../incidents.ts';
import { portSchema, readConfig } from '../service/config.ts';
import { serve } from '../service/serve.ts';
import { createPaymentsApp } from './app.ts';
import { createCardProcessor } from './card-processor.ts';
import { guardProcessor } from './guarded-processor.ts';

const config = readConfig(z.object({ PORT: portSchema.default(3002) }));
const processor = guardProcessor(createCardProcessor(), sightline.watch);
const app = createPaymentsApp({ processor, logger: sightline.logger, metrics: sightline.metrics });

// Incidents are ordered by the process that started this one, and by nobody who can only send requests.
process.on('message', (message) => {
  if (!isIncidentOrder(message)) return;
  processor.suffer(message.incident);
  sightline.logger.warn({ incident: message.incident }, describeIncident(message.incident));
});

await serve(app, { port: config.PORT });
