import { sightline, start } from '@sightline/bootstrap';

const before = globalThis[Symbol.for('sightline.instance.1')];
const first = start({ service: { name: 'first' } });
start();
start({ service: { name: 'first' } });
const second = start({ service: { name: 'second' } });
const { service } = await sightline.status();
const facts = {
  same: first === second,
  ofRegister: before === undefined ? null : before === first,
  enabled: sightline.enabled,
  name: service['service.name'],
};
process.stdout.write(`${JSON.stringify(facts)}\n`);
