import { defineDashboard } from '../define-dashboard.ts';
import * as eventLoop from '../panels/event-loop.ts';
import * as heap from '../panels/heap.ts';
import * as process from '../panels/process.ts';
import { versionScope } from '../queries/scope.ts';
import { serviceVariables } from '../variables.ts';
import { type Board, common, contextOf, variables, withoutLinksTo } from './board.ts';

/** Node.js, V8 and the process. */
export const runtimeBoard: Board = (options) => {
  const context = contextOf(versionScope, options);
  return defineDashboard({
    ...common('runtime', options),
    title: 'Sightline / Node.js runtime',
    description: 'What an instance runs on: event loop, heap, garbage collection, CPU, memory, files.',
    variables: variables(['prometheus'], serviceVariables),
    rows: [
      { title: 'Instances', panels: [process.instanceTablePanel(context)] },
      {
        title: 'Event loop',
        panels: withoutLinksTo('runtime', [
          eventLoop.eventLoopUtilizationPanel(context),
          eventLoop.eventLoopDelayPanel(context),
          eventLoop.eventLoopBlockedPanel(context),
        ]),
      },
      {
        title: 'Memory',
        panels: [heap.heapUsedPanel(context), process.memoryPanel(context), heap.gcTimePanel(context)],
      },
      {
        title: 'Process',
        panels: [process.cpuPanel(context), process.openFilesPanel(context), process.resourcesPanel(context)],
      },
      {
        title: 'In detail',
        closed: true,
        panels: [
          eventLoop.eventLoopSpreadPanel(context),
          eventLoop.eventLoopTimePanel(context),
          eventLoop.mainThreadBlocksPanel(context),
          heap.heapSpacesPanel(context),
          heap.heapSizesPanel(context),
          heap.gcPausesPanel(context),
          { ...heap.gcRatePanel(context), width: 12 },
          { ...heap.gcHeatmapPanel(context), width: 12 },
        ],
      },
    ],
  });
};
