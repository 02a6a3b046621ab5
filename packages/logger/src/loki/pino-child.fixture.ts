import pino from 'pino';

/*
 * Logs numbered lines through a pino transport: `node … <target> <host> <lines> <how to end: return | exit | flush>`.
 */
const [target = '', host = '', lines = '0', end = 'return'] = process.argv.slice(2);

const logger = pino(
  { base: { hostname: 'pod-7', service: 'shop' } },
  pino.transport({ target, options: { host, propsToLabels: ['tenant'], labels: { app: 'demo' } } }),
);
// pino's transport is collected with its logger, though a flush is pending: a module nobody refers to needs a root.
Object.assign(globalThis, { logger });
for (let n = 0; n < Number(lines); n += 1)
  logger.info({ n, tenant: 'acme', trace_id: 'abc', meta: { order: n } }, 'hello');
if (end === 'exit') process.exit(0);
if (end === 'flush') logger.flush(() => process.stdout.write('flushed'));
