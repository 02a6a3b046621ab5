import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SightlineError } from '@sightline/errors';
import { type Server, servers } from '../doctor/facts.ts';
import type { Io } from '../io.ts';
import { findProgram, isExecutable } from '../programs.ts';
import { stackServers } from './stack-servers.ts';

export interface NativeProgram {
  readonly server: Server;
  readonly path: string;
  /** Of Grafana: where its pages and its defaults are. */
  readonly home?: string;
}

export interface FoundPrograms {
  readonly found: readonly NativeProgram[];
  /** Why a server is not there, by its name. */
  readonly missing: ReadonlyMap<Server, string>;
}

/**
 * The programs of the servers: where a variable says, else on the PATH.
 *
 * @throws {SightlineError} `SIGHTLINE_CLI_PROGRAM` when there is none at all
 */
export async function nativePrograms(io: Pick<Io, 'env' | 'cwd'>): Promise<FoundPrograms> {
  const missing = new Map<Server, string>();
  const found = await Promise.all(
    servers.map(async (server): Promise<readonly NativeProgram[]> => {
      const { programs, programVariable } = stackServers[server];
      const named = io.env[programVariable];
      if (named) {
        if (await isExecutable(named)) return withHome(server, named);
        missing.set(server, `${programVariable} names no program`);
        return [];
      }
      for (const name of programs) {
        // oxlint-disable-next-line no-await-in-loop -- the first one counts
        const path = await findProgram(io, name);
        if (path !== undefined) return withHome(server, path);
      }
      missing.set(
        server,
        `${programs.join(' or ')} is not on the PATH; ${programVariable} names it elsewhere`,
      );
      return [];
    }),
  );
  if (found.flat().length === 0) {
    throw new SightlineError('SIGHTLINE_CLI_PROGRAM', {
      problem: 'none of the servers is installed',
      expected: `one at least of ${servers.map((server) => stackServers[server].programs[0]).join(', ')} on the PATH`,
      fix: 'install them from the packages of the system or the releases of the projects, or name them: SIGHTLINE_PROMETHEUS_BINARY=…',
    });
  }
  return { found: found.flat(), missing };

  async function withHome(server: Server, path: string): Promise<readonly NativeProgram[]> {
    if (server !== 'grafana') return [{ server, path }];
    const beside = dirname(dirname(await realpath(path)));
    const home = [io.env['SIGHTLINE_GRAFANA_HOME'] ?? '', beside, '/usr/share/grafana'].find((each) =>
      existsSync(join(each, 'conf/defaults.ini')),
    );
    if (home !== undefined) return [{ server, path, home }];
    missing.set(
      server,
      'its folder with conf/ and public/ is not beside it; SIGHTLINE_GRAFANA_HOME names it',
    );
    return [];
  }
}
