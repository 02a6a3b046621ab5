import type { Facts } from '../facts.ts';
import { jsonIn } from '../probe.ts';
import { isTrueAt } from '../json-at.ts';

/** Whether Sightline runs in the service, as far as can be told from outside. */
export type AppState =
  | 'running'
  /** Turned off by `OTEL_SDK_DISABLED`. */
  | 'disabled'
  /** Its admin server alone is turned off. */
  | 'no-admin'
  /** The process is known and does not load it. */
  | 'not-loaded'
  /** Nothing is known of a process, and the start script does not load it. */
  | 'not-in-script'
  /** Something else answers in its place. */
  | 'other'
  | 'unknown';

const LOADS = /@sightline[\\/+]bootstrap|packages\/bootstrap\//;

export function appState({ app, env }: Facts): AppState {
  if (app.status.kind === 'not-asked') return 'unknown';
  if (isTrueAt(jsonIn(app.status), 'config', 'enabled')) return 'running';
  const { status, process: running, project } = app;
  const answers = status.kind === 'answer';
  // Guarded: only Sightline says so.
  if (answers && (status.status === 401 || status.status === 403)) return 'running';
  const variables = running?.env ?? project?.env ?? {};
  const set = (name: string): boolean =>
    (variables[name] ?? (running === undefined ? env[name] : undefined))?.toLowerCase() === 'true';
  if (set('OTEL_SDK_DISABLED')) return 'disabled';
  if (set('SIGHTLINE_ADMIN_DISABLED')) return 'no-admin';
  const isNode = /(?:^|[\\/])(?:node|bun|deno|tsx)\d*$/.test(running?.command[0] ?? '');
  if (running !== undefined && isNode) {
    const loads = [...running.command, running.env['NODE_OPTIONS'] ?? ''].some((word) => LOADS.test(word));
    return loads ? (answers ? 'other' : 'unknown') : 'not-loaded';
  }
  if (answers) return 'other';
  const script = project?.startScript;
  return script !== undefined && !LOADS.test(`${script} ${variables['NODE_OPTIONS'] ?? ''}`)
    ? 'not-in-script'
    : 'unknown';
}
