import { sightline } from '@sightline/bootstrap';
import { fastify } from 'fastify';

const { logger, metrics } = sightline;
const rolls = metrics.counter('dice_rolls_total', {
  help: 'Dice rolled, by their number of sides.',
  unit: '{roll}',
  labels: ['sides'],
});
const SIDES = new Set(['6', '20']);

const app = fastify();

app.get<{ Params: { sides: string } }>('/dice/:sides', async (request, reply) => {
  const { sides } = request.params;
  if (!SIDES.has(sides)) return reply.code(404).send({ error: 'no such dice' });
  const result = 1 + Math.floor(Math.random() * Number(sides));
  rolls.add(1, { sides });
  logger.info({ sides, result }, 'dice rolled');
  return { result };
});

const address = await app.listen({ port: Number(process.env['PORT'] ?? 3000) });
logger.info({ address }, 'listening');
