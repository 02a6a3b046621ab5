// A service with a plug-in that has every part, one that throws in each, and two of one name.
import { start } from '@sightline/bootstrap';

const seen = { spans: 0, requests: [], calls: 0, started: 0, instrumented: 0 };
const fails = (what) => () => {
  throw new Error(`${what} of broken`);
};
const processor = (onEnd) => ({
  onStart() {},
  onEnd,
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
});
const instrumentation = (name, enable) => ({
  instrumentationName: name,
  instrumentationVersion: '1.0.0',
  enable,
  disable() {},
  setTracerProvider() {},
  setMeterProvider() {},
  setConfig() {},
  getConfig: () => ({}),
});
const path = (name, handle) => ({ path: name, methods: ['GET'], access: 'open', help: 'A test.', handle });

const whole = {
  name: 'whole',
  redact: { keys: ['badgeNumber'] },
  resourceAttributes: () => ({ team: 'checkout' }),
  instrumentations: [instrumentation('whole-instrumentation', () => (seen.instrumented += 1))],
  spanProcessors: [processor(() => (seen.spans += 1))],
  requestSink: {
    prepare:
      ({ route }) =>
      () =>
        seen.requests.push(route),
  },
  clientRequestSink: { prepare: () => () => (seen.calls += 1) },
  status: { whole: () => ({ open: 3, badgeNumber: '12345' }) },
  routes: [path('/whole', () => ({ status: 200, body: 'whole' }))],
  start({ logger }) {
    seen.started += 1;
    return () => logger.info('whole has ended');
  },
};
const broken = [
  { name: 'broken-start', start: fails('start'), status: { brokenStart: () => 1 } },
  { name: 'broken-resource', resourceAttributes: fails('resource'), status: { brokenResource: () => 1 } },
  { name: 'broken-redact', redact: { keys: [7] }, status: { brokenRedact: () => 1 } },
  { name: 'broken-route', routes: [{ ...path('/metrics'), handle: fails('route') }] },
  { name: 'broken-handler', routes: [path('/broken', fails('handler'))] },
  { name: 'broken-status', status: { broken: fails('status') } },
  { name: 'broken-sink', requestSink: { prepare: fails('sink') } },
  { name: 'broken-observer', requestSink: { prepare: () => fails('observer') } },
  { name: 'broken-client-sink', clientRequestSink: { prepare: fails('client sink') } },
  { name: 'broken-processor', spanProcessors: [processor(fails('processor'))] },
  {
    name: 'broken-instrumentation',
    instrumentations: [instrumentation('broken-one', fails('instrumentation'))],
  },
  { name: 'broken-end', start: () => fails('end') },
  { name: 'whole', resourceAttributes: { team: 'other' }, status: { twice: () => 1 } },
];

const sightline = start({ plugins: [...broken.slice(0, 6), whole, ...broken.slice(6)] });
const { createServer } = await import('node:http');
const server = createServer(async (request, response) => {
  if (request.url === '/calls') await (await fetch(process.env.UPSTREAM)).text();
  sightline.logger.info({ badgeNumber: '12345' }, 'seen');
  response.end();
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', () => process.send(seen));
