import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { describe, expect, it } from 'vitest';
import { dashboardFiles } from './dashboard-files.ts';
import type { DashboardResource } from './grafana/dashboard-resource.ts';

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}
interface Placed {
  readonly id: number;
  readonly title: string;
  readonly gridPos: Place;
  readonly panels?: readonly Placed[];
}

function jsonFiles(schema: 'v1' | 'v2'): readonly (readonly [string, string])[] {
  return dashboardFiles(undefined, schema)
    .filter(({ path }) => path.endsWith('.json'))
    .map(({ path, content }) => [path, content]);
}

function overlap(a: Place, b: Place): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

describe.each(jsonFiles('v1'))('dashboardFiles, %s', (path, content) => {
  const board = JSON.parse(content) as Dashboard;
  const top = (board.panels ?? []) as unknown as readonly Placed[];
  const all = top.flatMap((panel) => [panel, ...(panel.panels ?? [])]);

  it('has a uid after its file, a number for each panel, and the tag by which the others find it', () => {
    expect(`${board.uid}.json`).toBe(path);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(board.tags).toContain('sightline');
    expect([board.id, board.editable]).toEqual([null, false]);
  });

  it('has panels that neither overlap nor stand beyond the 24 columns', () => {
    for (const list of [top, ...top.map(({ panels = [] }) => panels)]) {
      const places = list.map(({ gridPos }) => gridPos);
      expect(places.filter(({ x, w }) => x + w > 24)).toEqual([]);
      const pairs = places.flatMap((a, index) => places.slice(index + 1).map((b) => [a, b] as const));
      expect(pairs.filter(([a, b]) => overlap(a, b))).toEqual([]);
    }
  });

  it('uses the schema of Grafana 11, and says nothing that only a later one knows', () => {
    expect(board.schemaVersion).toBe(39);
    expect(content).not.toMatch(/"placement": "inControlsMenu"|"timeCompare"|"actions"/);
  });
});

describe.each(jsonFiles('v2'))('dashboardFiles in schema v2, %s', (path, content) => {
  const { metadata, spec } = JSON.parse(content) as DashboardResource;

  it('has every panel as an element that stands in one row', () => {
    const rows = (spec.layout as unknown as { spec: { rows: readonly Row[] } }).spec.rows;
    const placed = rows.flatMap((row) =>
      row.spec.layout.spec.items.map(({ spec: item }) => item.element.name),
    );
    expect(placed.toSorted()).toEqual(Object.keys(spec.elements).toSorted());
    expect(new Set(placed).size).toBe(placed.length);
    expect(`${metadata.name}.json`).toBe(path);
  });
});

interface Row {
  readonly spec: {
    readonly layout: {
      readonly spec: {
        readonly items: readonly { readonly spec: { readonly element: { readonly name: string } } }[];
      };
    };
  };
}

describe('dashboardFiles', () => {
  it('are the same each time', () => {
    expect(dashboardFiles()).toEqual(dashboardFiles());
  });

  it('hold the thresholds that are asked for', () => {
    const fleet = (options?: Parameters<typeof dashboardFiles>[0]): string =>
      dashboardFiles(options).find(({ path }) => path === 'sightline-fleet.json')?.content ?? '';
    expect(fleet({ thresholds: { latencyP99Seconds: 1.25 } })).toContain('"value": 1.25');
    expect(fleet()).not.toContain('"value": 1.25');
  });
});
