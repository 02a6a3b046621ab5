import { readFileSync } from 'node:fs';
import { table } from '../markdown.ts';
import { bytesOf, readComposeFile } from './compose-file.ts';
import { FAULT_RESULTS, type FaultResult, faultColumns, faultRows } from './fault-table.ts';
import {
  COST_RESULTS,
  type StackCosts,
  memoryColumns,
  memoryRows,
  sizingColumns,
  sizingRows,
} from './sizing-table.ts';

/** What stands in the READMEs of the stack between markers, by file and name. */
export function stackTables(): readonly {
  readonly file: string;
  readonly name: string;
  readonly content: string;
}[] {
  const faults = JSON.parse(readFileSync(FAULT_RESULTS, 'utf8')) as FaultResult[];
  const costs = JSON.parse(readFileSync(COST_RESULTS, 'utf8')) as StackCosts;
  const { machine, requestsPerSecond, seconds } = costs;
  const { services } = readComposeFile();
  const limitOf = (name: string): number => bytesOf(services[name]?.mem_limit ?? '');
  const limits = {
    prometheus: limitOf('prometheus'),
    alertmanager: limitOf('alertmanager'),
    loki: limitOf('loki'),
    tempo: limitOf('tempo'),
  };
  const rate = `${requestsPerSecond} requests a second for ${seconds} s.`;
  return [
    { file: 'compose/README.md', name: 'faults', content: table(faultColumns, faultRows(faults)) },
    {
      file: 'compose/README.md',
      name: 'memory',
      content: `${table(memoryColumns, memoryRows(costs, limits))}\n\n${machine}; ${rate}`,
    },
    {
      file: 'examples/scale-out/README.md',
      name: 'sizing',
      content: `${table(sizingColumns, sizingRows(costs))}\n\n${machine}; the shop with ${rate}`,
    },
  ];
}
