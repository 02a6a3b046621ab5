// A primary with workers that count known amounts; what its page says after each step goes to standard output.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { clusterSource, serveClusterSnapshots } from '../../dist/aggregation/cluster.js';
import { createCounting, totals } from './counting.mjs';

if (cluster.isPrimary) await primary();
else serve();

async function primary() {
  cluster.setupPrimary({ serialization: process.argv[2] });
  const own = createCounting();
  own.count(0, 1000);
  const heard = [];
  const source = clusterSource({ own: own.snapshot, timeLimitMs: 15_000 });
  const steps = {};
  const step = async (name) => (steps[name] = totals(await source()));
  const tell = async (worker, message) => {
    worker.send(message);
    const answer = await nextAppMessage(worker);
    heard.push(answer);
  };

  const workers = await Promise.all(Array.from({ length: 3 }, () => start()));
  await Promise.all(workers.map((each, at) => tell(each, { count: 10 ** at })));
  await step('counted');

  workers[1].process.kill('SIGKILL');
  await once(workers[1], 'disconnect');
  await step('killed');

  const replacement = await start();
  await tell(replacement, { count: 5000 });
  await step('replaced');

  // Not asked for in between: only its farewell can tell.
  await tell(workers[2], { count: 20_000 });
  workers[2].send({ stop: true });
  await once(workers[2], 'exit');
  await step('stopped');

  for (const each of [workers[0], replacement]) each.kill('SIGKILL');
  await Promise.all([workers[0], replacement].map(async (each) => each.isDead() || once(each, 'exit')));
  await step('ended');

  source.dispose();
  process.stdout.write(JSON.stringify({ steps, heard, listeners: cluster.listenerCount('message') }));
}

async function start() {
  const worker = cluster.fork();
  await nextAppMessage(worker);
  return worker;
}

/** The app's own traffic, as an app would tell it apart. */
function nextAppMessage(worker) {
  return new Promise((resolve) => {
    const listen = (message) => {
      if (!('app' in message)) return;
      worker.off('message', listen);
      resolve(message);
    };
    worker.on('message', listen);
  });
}

function serve() {
  const counting = createCounting();
  const stop = serveClusterSnapshots(counting.snapshot);
  process.on('message', async (message) => {
    if ('count' in message) {
      counting.count(cluster.worker.id, message.count);
      process.send({ app: message.count });
    } else if ('stop' in message) {
      await stop();
      process.exit();
    }
  });
  process.send({ app: 'ready' });
}
