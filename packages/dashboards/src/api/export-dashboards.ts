import { SIGHTLINE_TAG } from '../grafana/dashboard-json.ts';
import { jsonFile } from '../json-file.ts';
import type { GrafanaClient } from './grafana-client.ts';

/** A dashboard as a file. */
export interface ExportedDashboard {
  readonly uid: string;
  readonly title: string;
  readonly folderUid: string;
  /** `uid.json`, one name: what a uid of that Grafana may not have in a file's name is percent-encoded. */
  readonly path: string;
  /** Schema v1, without the numbers that only mean something in that Grafana. */
  readonly content: string;
}

/**
 * Reads dashboards out of Grafana, as files that can be imported elsewhere.
 *
 * @param client of `createGrafanaClient`
 * @param which uids, or a tag and a folder; by default everything with the tag `sightline`
 * @returns in the order of their uids; a uid that is not there is left out
 * @throws {SightlineError} what the client rejects with
 */
export async function exportDashboards(
  client: GrafanaClient,
  which: { readonly uids: readonly string[] } | { readonly tag?: string; readonly folderUid?: string } = {
    tag: SIGHTLINE_TAG,
  },
): Promise<readonly ExportedDashboard[]> {
  const uids = 'uids' in which ? which.uids : (await client.search(which)).map(({ uid }) => uid);
  const exported = await Promise.all(
    [...new Set(uids)].toSorted().map(async (uid) => {
      const stored = await client.dashboard(uid);
      if (stored === undefined) return [];
      const json = { ...stored.json, id: null, version: undefined };
      const title = typeof stored.json['title'] === 'string' ? stored.json['title'] : uid;
      const path = `${encodeURIComponent(uid)}.json`;
      return [{ uid, title, folderUid: stored.folderUid, path, content: jsonFile(json) }];
    }),
  );
  return exported.flat();
}
