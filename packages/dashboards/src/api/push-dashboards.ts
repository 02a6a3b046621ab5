import { parseOptions } from '@sightline/errors';
import type { DashboardDefinition } from '../define-dashboard.ts';
import { SIGHTLINE_TAG, dashboardJson } from '../grafana/dashboard-json.ts';
import { changes, isPushed, pushMessage } from './content.ts';
import type { GrafanaClient, StoredDashboard } from './grafana-client.ts';
import { type PushOptions, type ResolvedPushOptions, pushOptionsSchema } from './push-options.ts';

/** What became of one dashboard, or with `dryRun` would. */
export interface PushOutcome {
  readonly uid: string;
  readonly title: string;
  readonly action: 'created' | 'updated' | 'unchanged' | 'refused';
  /** Why it was refused. */
  readonly reason?: string;
  /** The path of the dashboard in Grafana, where it was written. */
  readonly path?: string;
}

/**
 * Writes dashboards to Grafana, one after the other. Running it twice changes nothing the second time.
 *
 * A dashboard that may not be replaced is refused, with the reason, and the others are written all the same. Grafana is
 * asked to refuse, too, when somebody saves between our look and our write.
 *
 * @param client of `createGrafanaClient`
 * @param definitions what `dashboards` or `defineDashboard` gave
 * @param options folder, overwrite rule, dry run
 * @returns what became of each, in their order
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` for wrong options, else what the client rejects with
 */
export async function pushDashboards(
  client: GrafanaClient,
  definitions: readonly DashboardDefinition[],
  options?: PushOptions,
): Promise<readonly PushOutcome[]> {
  const resolved = parseOptions('pushDashboards', pushOptionsSchema, options);
  const { folder, dryRun } = resolved;
  if (!dryRun && !(await client.hasFolder(folder.uid))) await client.createFolder(folder.uid, folder.title);
  const outcomes: PushOutcome[] = [];
  for (const definition of definitions) {
    // oxlint-disable-next-line no-await-in-loop -- Grafana is not to be flooded, and the first failure ends it
    outcomes.push(await pushOne(client, definition, resolved));
  }
  return outcomes;
}

async function pushOne(
  client: GrafanaClient,
  definition: DashboardDefinition,
  options: ResolvedPushOptions,
): Promise<PushOutcome> {
  const json = { ...dashboardJson(definition) };
  const message = pushMessage(json);
  const stored = await client.dashboard(definition.uid);
  const about = { uid: definition.uid, title: definition.title };
  const folderUid = options.folder.uid;
  if (stored !== undefined) {
    if (isSame(stored, json, message) && stored.folderUid === folderUid)
      return { ...about, action: 'unchanged' };
    const reason = refusalReason(stored, options);
    if (reason !== undefined) return { ...about, action: 'refused', reason };
  }
  const action = stored === undefined ? 'created' : 'updated';
  if (options.dryRun) return { ...about, action };
  const path = await client.save({
    json: { ...json, version: stored?.json['version'] ?? 0 },
    folderUid,
    message,
    overwrite: options.overwrite === 'always',
  });
  return { ...about, action, path };
}

function isSame(stored: StoredDashboard, json: Readonly<Record<string, unknown>>, message: string): boolean {
  // What Grafana has migrated no longer looks like what was pushed; its history says that it is.
  return stored.newestMessage === message || changes(stored.json, json).length === 0;
}

function refusalReason(stored: StoredDashboard, { overwrite }: ResolvedPushOptions): string | undefined {
  if (stored.provisioned) return 'Grafana reads it from a file, and takes no other; change the file';
  if (overwrite === 'always') return undefined;
  if (overwrite === 'never') return 'it is there already, and the overwrite rule is never';
  const { tags } = stored.json;
  if (!Array.isArray(tags) || !tags.includes(SIGHTLINE_TAG))
    return 'it has the same uid and is not one of ours';
  return isPushed(stored.newestMessage) ? undefined : 'somebody has saved it in Grafana since the last push';
}
