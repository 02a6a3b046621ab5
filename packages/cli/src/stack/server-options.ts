import { ports } from '@sightline/conventions';
import type { OptionSpecs } from '../command.ts';
import type { Server } from '../doctor/facts.ts';
import { isHttpUrl, isTenant } from '../option-checks.ts';
import { serverUrl } from './stack-servers.ts';

const at = (name: keyof typeof ports): `http://localhost:${number}` => `http://localhost:${ports[name].port}`;

/** Where the servers of the stack are. Credentials for one stand in its URL. */
export const serverOptions = {
  prometheus: {
    type: 'string',
    value: 'url',
    default: at('prometheus'),
    help: 'Prometheus',
    check: isHttpUrl,
  },
  alertmanager: {
    type: 'string',
    value: 'url',
    default: at('alertmanager'),
    help: 'Alertmanager',
    check: isHttpUrl,
  },
  loki: { type: 'string', value: 'url', default: at('loki'), help: 'Loki', check: isHttpUrl },
  tempo: { type: 'string', value: 'url', default: at('tempo'), help: 'Tempo', check: isHttpUrl },
  grafana: {
    type: 'string',
    value: 'url',
    default: at('grafana'),
    env: ['GRAFANA_URL', 'GRAFANA_SERVER'],
    help: 'Grafana',
    check: isHttpUrl,
  },
  'grafana-token-file': {
    type: 'string',
    value: 'file',
    env: ['GRAFANA_TOKEN_FILE'],
    help: 'A file with the token of a service account; GRAFANA_TOKEN is the token itself',
    completes: 'file',
  },
  tenant: {
    type: 'string',
    value: 'name',
    help: 'The tenant, where servers have several; sent as X-Scope-OrgID',
    check: isTenant,
  },
} as const satisfies OptionSpecs;

/** What tells servers whose data is meant. */
export function tenantHeaders(tenant: string | undefined): Readonly<Record<string, string>> {
  return tenant === undefined ? {} : { 'x-scope-orgid': tenant };
}

/** Where a server is: as its option says, else on the port that the variables of the stack give it. */
export function chosenUrl(
  env: Readonly<Record<string, string | undefined>>,
  values: Readonly<Record<Server, string>>,
  server: Server,
): string {
  return values[server] === serverOptions[server].default ? serverUrl(env, server) : values[server];
}
