import http from 'node:http';
import { trace, metrics, context, propagation, SpanStatusCode, logs, diag } from '@opentelemetry/api';
import { createRequire } from 'node:module';
const require = createRequire(process.cwd() + '/x.js');
const { sightline } = await import('@sightline/bootstrap');
let n = 0;
const made = [];
// a github token with a number in it, so a leak names its place
export function S(place) { n++; const id = String(n).padStart(4, '0'); made.push([id, place]); return `ghp_LEAK${id}AbCdEfGhIjKlMnOpQrStUvWxYz0123`.slice(0, 40).replace(/(.*)/, (m) => m); }
export function P(place) { n++; const id = String(n).padStart(4, '0'); made.push([id, place]); return `LEAK${id}pw`; }
const tracer = trace.getTracer('t-' + S('tracer name'), 'v' + S('tracer version'));
const meter = metrics.getMeter('m-' + S('meter name'));
const express = require('express');
const app = express();
app.use(express.json());
app.get('/ok', (q, r) => r.send('ok'));
app.get('/user/:password/x', (q, r) => r.send('ok'));
app.get('/user/:id', (q, r) => r.send('ok'));
app.get('/thrown/:what', (q, r) => {
  const w = q.params.what;
  if (w === 'string') throw 'boom token=' + P('thrown string');
  if (w === 'object') throw { password: P('thrown obj key'), message: 'x ' + S('thrown obj msg') };
  if (w === 'error') { const e = new Error('connect postgres://u:' + P('err url pw') + '@h/db'); e.password = P('err field'); e.cause = new Error('cause ' + S('err cause')); e.stack += '\n at ' + S('stack'); throw e; }
  if (w === 'agg') throw new AggregateError([new Error('a ' + S('agg1')), { apiKey: P('agg obj') }], 'agg ' + S('agg msg'));
  if (w === 'class') { const e = new Error('x'); e.name = 'Err' + S('error name'); throw e; }
  if (w === 'class2') { const nm = 'E_' + S('error class name'); const C = { [nm]: class extends Error {} }[nm]; throw new C('y'); }
  if (w === 'code') { const e = new Error('x'); e.code = S('error code'); throw e; }
  if (w === 'type') { const e = new Error('x'); e.type = S('err type'); e.status = 400; throw e; }
  throw new Error('bearer ' + w);
});
app.get('/spans', (q, r) => {
  const active = trace.getActiveSpan();
  active?.setAttribute('x', { password: P('active nested obj'), list: [{ token: P('nested list obj') }] });
  active?.setAttribute('user.password', P('attr key'));
  active?.setAttribute(S('attr key itself'), 'v');
  active?.setAttribute('bytes', new TextEncoder().encode(S('byte array')));
  active?.setAttribute('buf', Buffer.from(S('buffer')));
  active?.setAttribute('http.request.header.authorization', ['Bearer ' + P('hdr attr arr')]);
  active?.setAttribute('http.request.header.x_api_key', [P('hdr attr apikey arr')]);
  active?.setAttribute('db.query.text', "select * from u where password = '" + P('db.query.text') + "'");
  active?.setAttribute('db.statement', "SET PASSWORD FOR u = '" + P('db.statement') + "'");
  active?.setAttribute('db.query.parameter.password', P('db param'));
  active?.setAttribute('db.connection_string', 'postgres://u:' + P('connstr') + '@h/db');
  active?.setAttribute('map', new Map([['password', P('map')]]));
  active?.setAttribute('date', new Date());
  active?.setAttribute('args', ['--password', P('arg list')]);
  active?.setAttribute('mixed', [1, null, { secret: P('mixed') }, S('mixed str')]);
  active?.updateName('GET ' + S('updateName'));
  const s = tracer.startSpan('op ' + S('span name'), { attributes: { a: S('start attr'), pin: 1234 }, links: [{ context: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }, attributes: { token: P('link attr'), t: S('link val') } }] });
  s.addEvent('ev ' + S('event name'), { password: P('event attr'), o: { a: { token: P('event nested') } } });
  s.addLink({ context: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1, traceState: { serialize: () => 'v=' + S('link tracestate'), get() {} } }, attributes: { token: P('link attr2') } });
  const e = new TypeError('rec ' + S('recordException msg'), { cause: new Error(S('recordException cause')) }); e.password = P('rec field');
  s.recordException(e);
  s.recordException('str ' + S('recordException string'));
  s.recordException({ name: 'N' + S('recEx name'), message: S('recEx message'), stack: S('recEx stack'), code: S('recEx code') });
  s.setStatus({ code: SpanStatusCode.ERROR, message: 'st ' + S('status message') });
  s.setAttribute('error.type', S('error.type'));
  s.setAttributes({ 'url.full': 'https://u:' + P('url.full pw') + '@h/p?token=' + P('url.full query'), 'url.query': 'api_key=' + P('url.query'), 'url.path': '/x/' + S('url.path') });
  s.end();
  const c = meter.createCounter('c_' + 'x', { description: 'desc ' + S('metric description'), unit: '1' });
  c.add(1, { token: P('metric label key'), v: S('metric label value'), [S('label name')]: 'x', url: '/a?password=' + P('metric label url'), arr: [S('label arr')], obj: { password: P('label obj') } });
  meter.createHistogram('h_x').record(5, { v: S('hist label'), password: P('hist label pw') });
  meter.createObservableGauge('g_x').addCallback((res) => res.observe(1, { v: S('obs label'), secret: P('obs secret') }));
  try { meter.createCounter('c_' + S('metric name')).add(1); } catch {}
  try { meter.createCounter('c_unit', { unit: S('metric unit') }).add(1); } catch {}
  const lg = logs.getLogger?.('lg-' + S('logger name'));
  lg?.emit({ body: 'b ' + S('otel log body'), attributes: { password: P('otel log attr'), o: { token: P('otel log nested') } }, severityText: S('severity text'), eventName: 'e' + S('log eventName') });
  lg?.emit({ body: { password: P('otel log body obj') } });
  diag.error('diag ' + S('diag msg'), { password: P('diag obj') });
  r.send('ok');
});
app.get('/logs', (q, r) => {
  const l = sightline.logger;
  l.info('in ' + S('log msg')); l.info({ password: P('log key'), a: { b: { token: P('log nested') } } }, 'x');
  l.error(new Error('e ' + S('log err')), 'm'); l.warn({ err: { message: S('log err obj') } });
  l.info({ req: q, res: r }, 'req'); l.info('%s %o', S('fmt s'), { password: P('fmt o') });
  l.child({ module: 'mod' + S('child module'), token: P('child binding') }).info('c');
  try { sightline.metrics.counter({ name: 'biz_total', help: 'h ' + S('biz help'), labels: ['kind', 'password'] }).inc?.({ kind: S('biz label'), password: P('biz label pw') }); } catch (e) { console.error('BIZ', e.message.replace(/LEAK/g,'lk')); }
  r.send('ok');
});
app.get('/out', async (q, r) => {
  const base = `127.0.0.1:${server.address().port}`;
  await fetch(`http://${base}/ok?token=${P('fetch query')}`, { headers: { authorization: 'Bearer ' + P('fetch hdr') } }).catch(() => {});
  await fetch(`http://${base}/redir?x=1`).catch(() => {});
  await fetch(`http://${S('fetch host')}.invalid/x`).catch(() => {});
  await fetch(`http://u:${P('fetch url creds')}@${base}/`).catch(() => {});
  const get = (o) => new Promise((res) => { try { http.get(o, (x) => x.resume().on('end', res)).on('error', res); } catch (e) { res(); } });
  await get(`http://u:${P('http url creds')}@${base}/ok?password=${P('http query')}`);
  await get({ host: '127.0.0.1', port: server.address().port, path: '/ok/' + S('http path'), auth: 'u:' + P('http auth') });
  await get({ socketPath: '/tmp/' + S('socketPath') + '.sock', path: '/x?token=' + P('unix q') });
  await get({ host: S('http host') + '.invalid', path: '/' });
  await get({ host: '127.0.0.1', port: server.address().port, path: '/ok', headers: { host: S('out host header') } });
  await get({ host: '127.0.0.1', port: server.address().port, path: '/ok', method: 'X' + S('out method').toUpperCase().replace('_', '') });
  r.send('ok');
});
app.get('/redir', (q, r) => r.redirect(`/ok?token=${P('redirect location')}&k=${S('redirect loc2')}`));
app.get('/crash', (q, r) => { r.send('ok'); setTimeout(() => { const e = new Error('crash ' + S('crash msg'), { cause: { password: P('crash cause obj') } }); e.token = P('crash field'); throw e; }, 10); });
app.get('/made', (q, r) => r.json(made));
app.use('/api/' + ':tenant', express.Router().get('/tok', (q, r) => r.send('x')));
app.get('/lit/' + S('literal route').replace('_', '_'), (q, r) => r.send('ok'));
const server = http.createServer(app);
server.on('upgrade', (q, s) => s.end('HTTP/1.1 400 Bad\r\ncontent-length: 0\r\n\r\n'));
sightline?.logger?.info?.('outside ' + S('log outside'));
process.emitWarning('warn ' + S('emitWarning'));
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port, made }));
process.on('message', () => process.exit(0));
