import { ports } from '@sightline/conventions';
import { type Server, servers } from '../doctor/facts.ts';
import { textAt } from '../doctor/json-at.ts';
import { type Answer, type Probe, isOk } from '../doctor/probe.ts';
import { type Endpoint, endpoint } from '../http/endpoint.ts';
import { chosenUrl, serverOptions } from './server-options.ts';
import { stackServers } from './stack-servers.ts';

export interface ChosenServers {
  readonly at: Readonly<Partial<Record<Server, Endpoint>>>;
  /** Where the embedded stack stands for all of them; undefined where it does not. */
  readonly embeddedUrl: string | undefined;
}

/**
 * The servers that are asked: where options and variables say, but for those that are left out. Where none of them was named
 * and none answers, and the embedded stack does (`sightline dev`), it stands for all but Grafana.
 *
 * @param token of Grafana
 */
export async function chosenServers(
  probe: Probe,
  env: Readonly<Record<string, string | undefined>>,
  values: Readonly<Record<Server, string>> & { readonly without: readonly string[] },
  token?: string,
): Promise<ChosenServers> {
  const asked = servers.filter((server) => !values.without.includes(server));
  const named = Object.fromEntries(
    asked.map((server) => [
      server,
      endpoint(chosenUrl(env, values, server), server === 'grafana' ? token : undefined),
    ]),
  ) as Partial<Record<Server, Endpoint>>;
  const isNamed = servers.some((server) => values[server] !== serverOptions[server].default);
  const embedded = isNamed ? undefined : await embeddedStack(probe, named);
  if (embedded === undefined) return { at: named, embeddedUrl: undefined };
  const { grafana: _grafana, ...others } = named;
  return {
    at: Object.fromEntries(Object.keys(others).map((server) => [server, embedded])),
    embeddedUrl: embedded.url,
  };
}

async function embeddedStack(
  probe: Probe,
  named: Readonly<Partial<Record<Server, Endpoint>>>,
): Promise<Endpoint | undefined> {
  const there = endpoint(`http://localhost:${ports.embeddedStack.port}`);
  const [build, ...answers] = await Promise.all([
    probe({ url: `${there.url}/api/v1/status/buildinfo` }),
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
