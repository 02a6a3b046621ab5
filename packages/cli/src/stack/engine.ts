import { SightlineError } from '@sightline/errors';
import type { Io } from '../io.ts';
import { type ProgramOutcome, findProgram, followProgram, runProgram } from '../programs.ts';

/** A container engine with Compose. */
export interface Engine {
  /** `docker 28.2.2`. */
  readonly name: string;
  /** Runs `docker compose` in the folder of `compose.yaml`; each line is handed on as it comes. */
  compose(args: readonly string[], onLine?: (line: string) => void): Promise<ProgramOutcome>;
}

/**
 * Variables by which Compose takes other files, or another project, than those of the folder. They are of the user's own services:
 * with them `down` would end those, and remove their volumes.
 */
const leadingElsewhere: ReadonlySet<string> = new Set([
  'COMPOSE_FILE',
  'COMPOSE_PROJECT_NAME',
  'COMPOSE_PROFILES',
  'COMPOSE_ENV_FILES',
]);

function withoutOthers(env: Io['env']): Io['env'] {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !leadingElsewhere.has(name)));
}

const NATIVE = 'or run the servers without containers: sightline up --native';

/**
 * Docker, or else Podman, with Compose and with an engine that answers.
 *
 * @param folder holds `compose.yaml`
 * @throws {SightlineError} `SIGHTLINE_CLI_ENGINE`
 */
export async function findEngine(io: Pick<Io, 'env' | 'cwd' | 'signal'>, folder: string): Promise<Engine> {
  for (const name of ['docker', 'podman']) {
    // oxlint-disable-next-line no-await-in-loop -- the first one counts
    const path = await findProgram(io, name);
    if (path === undefined) continue;
    // oxlint-disable-next-line no-await-in-loop -- the same
    const [compose, engine] = await Promise.all([
      runProgram(io, path, ['compose', 'version', '--short']),
      runProgram(io, path, name === 'docker' ? ['version', '--format', '{{.Server.Version}}'] : ['info']),
    ]);
    if (!engine.ok) {
      throw engineError(
        `${name} is installed, and its engine does not answer: ${lastLine(engine.output)}`,
        `start it (systemctl start ${name}, or Docker Desktop) and see that you may use it, ${NATIVE}`,
      );
    }
    if (!compose.ok) {
      throw engineError(
        `${name} has no Compose: ${lastLine(compose.output)}`,
        `install the package ${name}-compose-plugin or its like, ${NATIVE}`,
      );
    }
    const version = name === 'docker' ? engine.output.trim() : '';
    return {
      name: `${name} ${version}`.trim(),
      compose: (args, onLine = () => {}) => {
        const at = { ...io, cwd: folder, env: withoutOthers(io.env) };
        return followProgram(at, path, ['compose', ...args], onLine);
      },
    };
  }
  throw engineError('there is no docker and no podman on the PATH', `install one of them, ${NATIVE}`);
}

/** What Compose said at its end. */
export function composeFailed(what: string, { output }: ProgramOutcome): SightlineError {
  return engineError(
    `${what} failed: ${lastLine(output)}`,
    'read what it said above; sightline status shows what runs, and docker compose logs what it says',
  );
}

function engineError(problem: string, fix: string): SightlineError {
  return new SightlineError('SIGHTLINE_CLI_ENGINE', {
    problem,
    expected: 'a container engine that runs, with Compose 2.24 or later',
    fix,
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)!.trim().slice(0, 300);
}
