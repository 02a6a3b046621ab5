// A service with checks of its own and of a plug-in; messages say what they find.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { start } from '@sightline/bootstrap';

const states = { database: undefined, broker: undefined };
const checkOf = (name) => () => {
  if (states[name] !== undefined) throw new Error(states[name]);
};

const sightline = start({
  health: { cacheMs: 0, groups: { storage: ['database'] }, aliases: { '/status/readiness': 'readyz' } },
  plugins: [
    { name: 'broker', checks: { broker: { check: checkOf('broker'), group: 'messages' } } },
    { name: 'bad', checks: { drain: () => true } },
  ],
});
sightline.health.add('database', { check: checkOf('database'), critical: true });
const migrations = sightline.health.startup.hold('migrations');

const actions = {
  async listen() {
    const server = createServer(async (_request, response) => {
      await sightline.health.run();
      response.end('ok');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server.address().port;
  },
  migrated: () => migrations.done(),
  set: ({ name, cause }) => (states[name] = cause),
};

process.on('message', async ({ action, ...more }) =>
  process.send({ port: await actions[action](more), adminPort: sightline.admin.address?.port }),
);
process.send({});
process.on('disconnect', () => process.exit());
