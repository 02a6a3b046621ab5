import { grafanaAccess } from './grafana-access.ts';
import type { GrafanaOptions } from './grafana-options.ts';
import { type Fetch, grafanaRequest } from './grafana-request.ts';

/** A dashboard as Grafana stores it. */
export interface StoredDashboard {
  /** Schema v1, as it was saved or as Grafana has migrated it. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly folderUid: string;
  /** True when Grafana reads it from a file, and takes no other. */
  readonly provisioned: boolean;
  /** The message of its newest version; undefined when Grafana keeps none. */
  readonly newestMessage: string | undefined;
}

/** A dashboard in a list. */
interface FoundDashboard {
  readonly uid: string;
  readonly title: string;
  readonly folderUid: string;
}

interface SaveRequest {
  readonly json: Readonly<Record<string, unknown>>;
  readonly folderUid: string;
  /** Stands in the history of the dashboard. */
  readonly message: string;
  /** False: Grafana refuses when its version is not the one in `json`. */
  readonly overwrite: boolean;
}

/** What is asked of Grafana's HTTP API, as documented at https://grafana.com/docs/grafana/latest/developers/http_api/. */
export interface GrafanaClient {
  /** Where it is, without credentials. */
  readonly url: string;
  /** @returns the version, such as `12.1.0` */
  version(): Promise<string>;
  dashboard(uid: string): Promise<StoredDashboard | undefined>;
  /** @returns the path of the dashboard, such as `/d/sightline-fleet/sightline-fleet` */
  save(request: SaveRequest): Promise<string>;
  hasFolder(uid: string): Promise<boolean>;
  createFolder(uid: string, title: string): Promise<void>;
  /** @param filter by tag, by folder, or both; at most 5000 */
  search(filter: { readonly tag?: string; readonly folderUid?: string }): Promise<readonly FoundDashboard[]>;
}

interface DashboardAnswer {
  readonly dashboard: Readonly<Record<string, unknown>>;
  readonly meta: { readonly folderUid?: string; readonly provisioned?: boolean };
}
interface VersionEntry {
  readonly message?: string;
}
/** Up to Grafana 11 a list, later an object that holds one. */
type VersionsAnswer = readonly VersionEntry[] | { readonly versions?: readonly VersionEntry[] };

const MOST_FOUND = 5000;

/**
 * A client of Grafana's HTTP API.
 *
 * @param options where it is and who asks; what is missing comes from `GRAFANA_URL`, `GRAFANA_TOKEN` or `GRAFANA_TOKEN_FILE`
 * @param seams for tests and proxies: `fetch`, and the environment that is read
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` for a wrong option, `SIGHTLINE_GRAFANA_TOKEN` without a token. Every method
 *   rejects with `SIGHTLINE_GRAFANA_UNREACHABLE`, `…_TOKEN`, `…_CONFLICT` or `…_REJECTED`; the token is in none of them
 */
export function createGrafanaClient(
  options?: GrafanaOptions,
  seams: {
    readonly fetch?: Fetch;
    readonly environment?: Readonly<Record<string, string | undefined>>;
  } = {},
): GrafanaClient {
  const access = grafanaAccess(options, seams.environment ?? process.env);
  const request = grafanaRequest(access, seams.fetch ?? fetch);

  async function newestMessage(uid: string): Promise<string | undefined> {
    const answer = await request<VersionsAnswer>(
      'GET',
      `/api/dashboards/uid/${encodeURIComponent(uid)}/versions?limit=1`,
    );
    const versions = isList(answer) ? answer : answer?.versions;
    return versions?.[0]?.message;
  }

  return {
    url: access.url,
    async version() {
      return (await request<{ version?: string }>('GET', '/api/health'))?.version ?? 'unknown';
    },
    async dashboard(uid) {
      const answer = await request<DashboardAnswer>('GET', `/api/dashboards/uid/${encodeURIComponent(uid)}`);
      if (answer === undefined) return undefined;
      return {
        json: answer.dashboard,
        folderUid: answer.meta.folderUid ?? '',
        provisioned: answer.meta.provisioned ?? false,
        newestMessage: await newestMessage(uid),
      };
    },
    async save({ json, folderUid, message, overwrite }) {
      const body = { dashboard: json, folderUid, message, overwrite };
      return (await request<{ url?: string }>('POST', '/api/dashboards/db', body))?.url ?? '';
    },
    async hasFolder(uid) {
      return (await request('GET', `/api/folders/${encodeURIComponent(uid)}`)) !== undefined;
    },
    async createFolder(uid, title) {
      await request('POST', '/api/folders', { uid, title });
    },
    async search({ tag, folderUid }) {
      const parameters = new URLSearchParams({ type: 'dash-db', limit: `${MOST_FOUND}` });
      if (tag !== undefined) parameters.set('tag', tag);
      if (folderUid !== undefined) parameters.set('folderUIDs', folderUid);
      const found = await request<readonly { uid: string; title: string; folderUid?: string }[]>(
        'GET',
        `/api/search?${parameters.toString()}`,
      );
      return (found ?? []).map(({ uid, title, folderUid: folder = '' }) => ({
        uid,
        title,
        folderUid: folder,
      }));
    },
  };
}

function isList(answer: VersionsAnswer | undefined): answer is readonly VersionEntry[] {
  return Array.isArray(answer);
}
