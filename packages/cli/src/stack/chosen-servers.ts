import { ports } from '@sightline/conventions';
import { type Server, servers } from '../doctor/facts.ts';
import { textAt } from '../doctor/json-at.ts';
import { type Answer, type Probe, isOk } from '../doctor/probe.ts';
import { type Endpoint, endpoint } from '../http/endpoint.ts';
import { localToken } from './local-token.ts';
import { chosenUrl, serverOptions, tenantHeaders } from './server-options.ts';
import { stackServers } from './stack-servers.ts';

export interface ChosenServers {
  readonly at: Readonly<Partial<Record<Server, Endpoint>>>;
  /** Where the embedded stack stands for all of them; undefined where it does not. */
  readonly embeddedUrl: string | undefined;
}

/**
 * The servers that are asked: where options and variables say, but for those that are left out. Where none of them was named
 * and none answers, and the embedded stack does (`sightline dev`), it stands for all but Grafana; so it does where it was named
 * for each of the others.
 *
 * @param token of Grafana
 */
export async function chosenServers(
  probe: Probe,
  env: Readonly<Record<string, string | undefined>>,
  values: Readonly<Record<Server, string>> & {
    readonly without: readonly string[];
    readonly tenant: string | undefined;
  },
  token?: string,
): Promise<ChosenServers> {
  const asked = servers.filter((server) => !values.without.includes(server));
  const named = Object.fromEntries(
    asked.map((server) => {
      const url = chosenUrl(env, values, server);
      if (server === 'grafana') return [server, endpoint(url, token)];
      const { headers, ...at } = endpoint(url);
      return [server, { ...at, headers: { ...headers, ...tenantHeaders(values.tenant) } }];
    }),
  ) as Partial<Record<Server, Endpoint>>;
  const isNamed = servers.some((server) => values[server] !== serverOptions[server].default);
  const { grafana, ...others } = named;
  const embedded = isNamed
    ? await namedStack(probe, Object.values(others))
    : await embeddedStack(probe, named, localToken(env));
  if (embedded === undefined) return { at: named, embeddedUrl: undefined };
  if (isNamed) {
    const isGrafanaNamed = values.grafana !== serverOptions.grafana.default;
    return { at: { ...others, ...(grafana && isGrafanaNamed && { grafana }) }, embeddedUrl: embedded.url };
  }
  return {
    at: Object.fromEntries(Object.keys(others).map((server) => [server, embedded])),
    embeddedUrl: embedded.url,
  };
}

/** The embedded stack on another port than its usual one, where all of these are it. */
async function namedStack(probe: Probe, others: readonly Endpoint[]): Promise<Endpoint | undefined> {
  const [first] = others;
  if (first === undefined || others.length < 2 || others.some(({ url }) => url !== first.url))
    return undefined;
  // No other server has this path.
  const runs = await probe({ url: `${first.url}/sightline/api/v1/runs`, headers: first.headers });
  return isOk(runs) && Array.isArray(runs.json) ? first : undefined;
}

async function embeddedStack(
  probe: Probe,
  named: Readonly<Partial<Record<Server, Endpoint>>>,
  token: string | undefined,
): Promise<Endpoint | undefined> {
  const there = endpoint(`http://localhost:${ports.embeddedStack.port}`, token);
  const [build, ...answers] = await Promise.all([
    probe({ url: `${there.url}/api/v1/status/buildinfo`, headers: there.headers }),
    ...Object.entries(named).map(async ([server, { url, headers }]) => {
      const answer = await probe({ url: `${url}${stackServers[server as Server].ready}`, headers });
      return server === 'grafana' ? isGrafana(answer) : answer.kind === 'answer';
    }),
  ]);
  const isThere = isOk(build) && textAt(build.json, 'status') === 'success';
  return isThere && !answers.includes(true) ? there : undefined;
}

/** Its port is the one that most services of Node.js take, too. */
function isGrafana(answer: Answer): boolean {
  return answer.kind === 'answer' && textAt(answer.json, 'database') !== undefined;
}
