import { describeIncident } from '../incidents.ts';
import { type View, renderScreen } from './screen.ts';
import { renderTable } from './table.ts';
import { openTerminal } from './terminal.ts';

/** A way to show how things stand. */
export interface Show {
  readonly everyMs: number;
  readonly draw: () => void;
  /** More than once is once. */
  readonly close: () => void;
}

const DRAW_EVERY_MS = 500;
const REPORT_EVERY_MS = 5000;
const REPORT_WIDTH = 100;
const REPORT_HEIGHT = 20;

/** The whole terminal. */
export function showOnTerminal(view: () => View): Show {
  const draw = (): void => terminal.draw(renderScreen(view(), terminal.size()));
  const terminal = openTerminal(process.stdout, () => draw());
  let isOpen = true;
  return {
    everyMs: DRAW_EVERY_MS,
    draw,
    close() {
      if (isOpen) terminal.close();
      isOpen = false;
    },
  };
}

/** A table now and then, where there is no terminal. */
export function showAsReport(view: () => View): Show {
  return {
    everyMs: REPORT_EVERY_MS,
    draw() {
      const { passedSeconds, sent, incident, services, traces } = view();
      if (services.every(({ figures }) => figures === undefined)) return;
      const head = `${passedSeconds.toFixed(0)} s: ${sent} requests sent, ${traces.roots} traces; ${describeIncident(incident)}`;
      process.stdout.write(`\n${head}\n${renderTable(services, REPORT_WIDTH, REPORT_HEIGHT).join('\n')}\n`);
    },
    close() {},
  };
}
