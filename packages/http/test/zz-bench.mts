import { createServer, get, Agent } from 'node:http';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { fork } from 'node:child_process';
if (process.argv[2] === 'server') {
  const s = createServer((q, r) => r.end('{"ok":true}')).listen(0, '127.0.0.1', () => process.send!((s.address() as any).port));
} else {
  const { createClientRecorder } = await import('@sightline/http');
  const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
  const { context, propagation } = await import('@opentelemetry/api');
  const { W3CTraceContextPropagator, W3CBaggagePropagator, CompositePropagator } = await import('@opentelemetry/core');
  const { TracerProvider, AlwaysOffSampler } = await import('@opentelemetry/sdk-trace') as any;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }));
  const nop = { onStart() {}, onEnd() {}, shutdown: async () => {}, forceFlush: async () => {} };
  const child = fork(import.meta.filename, ['server']);
  const port = await new Promise<number>((r) => child.once('message', r as any));
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const viaHttp = () => new Promise<void>((resolve) => get({ port, host: '127.0.0.1', path: '/orders/7?page=2', agent }, (res) => { res.resume(); res.on('end', resolve); }));
  const viaFetch = async () => { await (await fetch(`http://127.0.0.1:${port}/orders/7?page=2`)).text(); };
  const on = createClientRecorder({}, { tracer: new TracerProvider({ spanProcessors: [nop] }).getTracer('x') });
  const off = createClientRecorder({}, { tracer: new TracerProvider({ spanProcessors: [nop], sampler: new AlwaysOffSampler() }).getTracer('x') });
  for (const r of [on, off]) r.addSink({ prepare: () => () => {} });
  const slice = async (call: () => Promise<void>, n = 1500) => {
    const before = process.cpuUsage();
    for (let i = 0; i < n; i += 4) await Promise.all([call(), call(), call(), call()]);
    const used = process.cpuUsage(before);
    return (used.user + used.system) / n;
  };
  const med = (a: number[]) => a.toSorted((x, y) => x - y)[a.length >> 1]!;
  for (const [name, call] of [['http', viaHttp], ['fetch', viaFetch]] as const) {
    const a: number[] = [], b: number[] = [], c: number[] = [];
    for (let k = 0; k < 15; k++) {
      a.push(await slice(call));
      on.enable(); b.push(await slice(call)); on.disable();
      off.enable(); c.push(await slice(call)); off.disable();
    }
    console.log(name, 'bare', med(a).toFixed(1), '+sampled', med(b.map((x, i) => x - a[i]!)).toFixed(1), '+unsampled', med(c.map((x, i) => x - a[i]!)).toFixed(1), 'us');
  }
  child.kill();
  agent.destroy();
  process.exit(0);
}
