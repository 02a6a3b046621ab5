import { randomUUID } from 'node:crypto';
import express from 'express';
import type { Express } from 'express';
import helmet from 'helmet';
import type { Sightline } from '@sightline/bootstrap';
import * as z from 'zod';
import { Problem, notFound, parseInput, problemHandler } from '../service/problem.ts';
import type { CardProcessor } from './card-processor.ts';

const newChargeSchema = z.strictObject({
  orderId: z.uuid(),
  amountCents: z.int().min(1),
  card: z.string().regex(/^\d{13,19}$/),
});

/** Charges that can be looked up; older ones are forgotten. */
const KEPT_CHARGES = 10_000;

interface Charge {
  readonly id: string;
  readonly orderId: string;
  readonly amountCents: number;
}

export interface PaymentsDeps extends Pick<Sightline, 'logger' | 'metrics'> {
  readonly processor: CardProcessor;
}

export function createPaymentsApp({ processor, logger, metrics }: PaymentsDeps): Express {
  const log = logger.child({ module: 'charges' });
  const charged = metrics.counter('charges_total', {
    help: 'Charges, by what the card processor said.',
    unit: '{charge}',
    labels: ['outcome'],
  });
  const charges = new Map<string, Charge>();

  function keep(charge: Charge): void {
    charges.set(charge.id, charge);
    const [oldest] = charges.keys();
    if (charges.size > KEPT_CHARGES && oldest !== undefined) charges.delete(oldest);
  }

  const app = express();
  app.use(helmet());

  app.post('/charges', express.json({ limit: '4kb' }), async (request, response) => {
    const { card, ...input } = parseInput(newChargeSchema, request.body);
    const verdict = await processor.charge(card, input.amountCents).catch((error: unknown) => {
      charged.add(1, { outcome: 'failed' });
      throw error;
    });
    charged.add(1, { outcome: verdict });
    if (verdict === 'declined') {
      log.info({ ...input, card }, 'charge declined');
      throw new Problem(402, 'The card was declined');
    }
    const charge: Charge = { id: randomUUID(), ...input };
    keep(charge);
    log.info({ chargeId: charge.id, ...input }, 'charge accepted');
    response.status(201).json(charge);
  });

  app.get('/charges/:id', (request, response) => {
    const { id } = parseInput(z.object({ id: z.uuid() }), request.params);
    const charge = charges.get(id);
    if (charge === undefined) throw new Problem(404, 'There is no such charge');
    response.json(charge);
  });

  app.use(notFound);
  app.use(problemHandler(log));
  return app;
}
