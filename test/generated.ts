/** Every file of the project that is written from code or from figures; `pnpm generate` renews them all. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alertFiles } from '@sightline/alerts';
import { dashboardFiles } from '@sightline/dashboards';
import { lookSections, withLooks } from './alerts/runbook-looks.ts';
import { CHAOS_RESULTS, type ChaosResults, chaosTable } from './chaos/chaos-table.ts';
import { alertmanagerFile } from './compose/alertmanager-file.ts';
import { stackTables } from './compose/stack-tables.ts';
import { LEAK_RESULTS, type LeakResults, leakTables } from './leak/leak-table.ts';
import { BLOCKING_RESULTS, type BlockingResults, blockingTable } from './load/blocking-table.ts';
import { curvePlot } from './load/curve-plot.ts';
import { CURVE_RESULTS, type CurveResults, curveTables, frameworkTable } from './load/curve-tables.ts';
import { PART_RESULTS, type PartResult, partColumns, partRows } from './load/size-table.ts';
import { table, withGenerated } from './markdown.ts';
import { mutationTable } from './mutation/mutation-table.ts';
import { readResults } from './mutation/results.ts';
import { generatedParts } from './readme-tables.ts';
import { dataSourceFile } from './scale-out/data-source-file.ts';
import { soakPlot } from './soak/plot.ts';
import { SOAK_RESULTS, type SoakResults, soakTables } from './soak/soak-table.ts';
import { appTables } from './ui/app-tables.ts';

/** The folder that all of it is in. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** A file as it has to be. */
export interface GeneratedFile {
  /** From the root of the project. */
  readonly file: string;
  /** All of it: what is written by hand is as it stands there now. */
  readonly content: string;
}

/** What stands in a file between the markers of a name. */
interface MarkedPart {
  readonly file: string;
  readonly name: string;
  readonly content: string;
}

/** A folder at the top that is written from code, and what in it is written by hand. */
export const generatedFolders: readonly {
  readonly folder: string;
  readonly files: readonly { readonly path: string; readonly content: string }[];
  readonly byHand: readonly string[];
}[] = [
  { folder: 'alerts', files: alertFiles(), byHand: ['tests', 'runbooks'] },
  { folder: 'dashboards', files: dashboardFiles(), byHand: [] },
];

function figures(file: URL): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function markedParts(): readonly MarkedPart[] {
  const curves = figures(CURVE_RESULTS) as CurveResults;
  const load = {
    curves: curveTables(curves),
    frameworks: frameworkTable(curves),
    blocking: blockingTable(figures(BLOCKING_RESULTS) as BlockingResults),
    'installed parts': table(partColumns, partRows(figures(PART_RESULTS) as readonly PartResult[])),
  };
  return [
    ...generatedParts.map(({ folder, name, content }) => ({
      file: folder === 'root' ? 'README.md' : `packages/${folder}/README.md`,
      name,
      content,
    })),
    ...appTables,
    ...stackTables(),
    ...Object.entries(load).map(([name, content]) => ({ file: 'test/load/README.md', name, content })),
    {
      file: 'test/chaos/README.md',
      name: 'chaos',
      content: chaosTable(figures(CHAOS_RESULTS) as ChaosResults),
    },
    { file: 'test/leak/README.md', name: 'leaks', content: leakTables(figures(LEAK_RESULTS) as LeakResults) },
    { file: 'test/mutation/README.md', name: 'mutation', content: mutationTable(readResults()) },
    { file: 'test/soak/README.md', name: 'soak', content: soakTables(figures(SOAK_RESULTS) as SoakResults) },
  ];
}

function plots(): readonly GeneratedFile[] {
  const { samples, verdicts, events, warmUpSeconds } = figures(SOAK_RESULTS) as SoakResults;
  return [
    { file: 'test/load/curves.svg', content: curvePlot(figures(CURVE_RESULTS) as CurveResults) },
    { file: 'test/soak/soak.svg', content: soakPlot(samples, verdicts, events, warmUpSeconds) },
  ];
}

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** @returns what a file of the project holds; undefined where there is none */
export function contentNow(file: string): string | undefined {
  return existsSync(join(root, file)) ? read(file) : undefined;
}

/** @throws when a file that is written by hand in part is not there, or has no markers for the other part */
export function generatedFiles(): readonly GeneratedFile[] {
  const whole = generatedFolders.flatMap(({ folder, files }) =>
    files.map(({ path, content }) => ({ file: `${folder}/${path}`, content })),
  );
  const marked = [...Map.groupBy(markedParts(), ({ file }) => file)].map(([file, parts]) => ({
    file,
    content: parts.reduce((text, { name, content }) => withGenerated(text, name, content), read(file)),
  }));
  const runbooks = [...lookSections.keys()].map((name) => {
    const file = `alerts/runbooks/${name}`;
    return { file, content: withLooks(name, read(file)) };
  });
  return [...whole, ...marked, ...runbooks, ...plots(), dataSourceFile(), alertmanagerFile()];
}
