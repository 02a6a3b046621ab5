import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { nearest } from '@sightline/errors';
import { defineCommand } from '../command.ts';
import { type Server, servers } from '../doctor/facts.ts';
import { exitCodes } from '../exit-code.ts';
import { chosenDashboards } from '../grafana/chosen-dashboards.ts';
import { dashboardNames } from '../grafana/load-dashboards.ts';
import { endpoint } from '../http/endpoint.ts';
import { findProgram } from '../programs.ts';
import type { Io } from '../io.ts';
import { chosenUrl, serverOptions } from '../stack/server-options.ts';
import { environmentOf } from '../stack/stack-environment.ts';
import { usageError } from '../usage-error.ts';

const { 'grafana-token-file': _token, tenant: _tenant, ...urls } = serverOptions;

/** What opens a URL, by system. */
const openers: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  win32: ['explorer.exe'],
};

export const open = defineCommand({
  name: 'open',
  summary: 'Opens a server or a dashboard in the browser, and prints its URL',
  description: [
    'Without a name it is Grafana. A name is that of a server, or that of a dashboard such as service or slo. In a pipe, and with ' +
      '--print, the URL is only printed.',
  ],
  argument: {
    name: 'what',
    help: 'A server or a dashboard; grafana by default',
    async completes() {
      return [...servers, ...(await dashboardNames())];
    },
  },
  options: { ...urls, print: { type: 'boolean', help: 'Only print the URL' } },
  examples: ['sightline open', 'sightline open service', 'sightline open prometheus --print'],
  async run({ io, values, positionals: [what = 'grafana'], note }) {
    const env = environmentOf(io);
    const server = servers.find((each): each is Server => each === what);
    const url =
      server === undefined
        ? `${endpoint(chosenUrl(env, values, 'grafana')).url}/d/${await dashboardUid(what)}`
        : `${endpoint(chosenUrl(env, values, server)).url}/`;
    const isOpened = values.print || !io.isTerminal.stdout ? false : await openUrl(url);
    return { exitCode: exitCodes.ok, result: { url, opened: isOpened }, text: url };

    async function openUrl(to: string): Promise<boolean> {
      for (const name of openers[process.platform] ?? ['xdg-open', 'wslview', 'gio']) {
        // oxlint-disable-next-line no-await-in-loop -- the first one counts
        const path = await findProgram(io, name);
        if (path === undefined) continue;
        // oxlint-disable-next-line no-await-in-loop -- the same
        if (await opens(io, path, name === 'gio' ? ['open', to] : [to])) return true;
      }
      note('no program that opens a browser was found: open it yourself');
      return false;
    }

    async function dashboardUid(name: string): Promise<string> {
      const all = await chosenDashboards(io, [], { from: undefined, options: undefined });
      const found = all.find((each) => each.name === name || each.definition.uid === name);
      if (found !== undefined) return found.definition.uid;
      const known = [...servers, ...all.map((each) => each.name)];
      const meant = nearest(name, known);
      throw usageError({
        problem: 'there is no server and no dashboard of this name',
        expected: `one of ${known.join(', ')}`,
        fix: meant === undefined ? 'take one of these' : `did you mean ${meant}?`,
      });
    }
  },
});

/** What says by then that it did not work has not worked [ms]. */
const PATIENT_MS = 3000;

/** Whether a program opens something. Some turn into the browser, which is not waited for, nor ended by Ctrl-C here. */
async function opens(
  { env, cwd }: Pick<Io, 'env' | 'cwd'>,
  path: string,
  args: readonly string[],
): Promise<boolean> {
  const child = spawn(path, args, { env: { ...env }, cwd, stdio: 'ignore', detached: true });
  const over = new AbortController();
  const ended = once(child, 'exit').then(
    ([code]) => code === 0,
    () => false,
  );
  try {
    return await Promise.race([ended, delay(PATIENT_MS, true, { signal: over.signal })]);
  } finally {
    over.abort();
    child.unref();
  }
}
