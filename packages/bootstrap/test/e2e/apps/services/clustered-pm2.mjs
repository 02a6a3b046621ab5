// The cluster mode of pm2: the first process is a tool, hands the environment over as JSON, and each worker's lines take another way.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

if (cluster.isPrimary) {
  cluster.setupPrimary({ execArgv: ['--import', process.env.REGISTER] });
  const given = {
    exec_mode: 'cluster_mode',
    pm_id: 0,
    NODE_APP_INSTANCE: 0,
    pm_exec_path: fileURLToPath(import.meta.url),
    OTEL_SERVICE_NAME: 'of pm2',
  };
  const worker = cluster.fork({ pm2_env: JSON.stringify(given) });
  worker.on('message', (message) => process.send(message));
  process.on('SIGTERM', () => worker.kill('SIGINT'));
  worker.on('exit', () => process.disconnect());
} else {
  Object.assign(process.env, JSON.parse(process.env.pm2_env));
  delete process.env.pm2_env;
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text, ...rest) =>
    write(text.replaceAll('{"level"', '{"via":"pm2","level"'), ...rest);
  const server = createServer((_request, response) => response.end('hello'));
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
}
