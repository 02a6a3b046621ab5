import { dashboards } from './dashboards.ts';
import { dashboardJson } from './grafana/dashboard-json.ts';
import { dashboardResource } from './grafana/dashboard-resource.ts';
import { jsonFile } from './json-file.ts';
import type { DashboardOptions } from './options.ts';
import { type GeneratedFile, provisioningFiles } from './provisioning/provisioning-files.ts';

/**
 * Every file of `dashboards/`, the same each time.
 *
 * @param options as for `dashboards`
 * @param schema `v1` for Grafana 11 to 13 and every way of import, `v2` for the newer API of Grafana 12 and 13
 */
export function dashboardFiles(
  options?: DashboardOptions,
  schema: 'v1' | 'v2' = 'v1',
): readonly GeneratedFile[] {
  const json = schema === 'v1' ? dashboardJson : dashboardResource;
  return [
    ...Object.values(dashboards(options)).map((definition) => ({
      path: `${definition.uid}.json`,
      content: jsonFile(json(definition)),
    })),
    ...provisioningFiles(),
  ];
}
