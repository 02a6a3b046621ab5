import type { Command } from './command.ts';
import { alertsFire } from './commands/alerts/fire.ts';
import { alertsGenerate } from './commands/alerts/generate.ts';
import { alertsLint } from './commands/alerts/lint.ts';
import { alertsTest } from './commands/alerts/test.ts';
import { completionCommand } from './commands/completion.ts';
import { dashboardsDiff } from './commands/dashboards/diff.ts';
import { dashboardsExport } from './commands/dashboards/export.ts';
import { dashboardsList } from './commands/dashboards/list.ts';
import { dashboardsPush } from './commands/dashboards/push.ts';
import { dev } from './commands/dev.ts';
import { doctor } from './commands/doctor.ts';
import { down } from './commands/down.ts';
import { helpCommand } from './commands/help.ts';
import { init } from './commands/init.ts';
import { open } from './commands/open.ts';
import { runsCompare } from './commands/runs/compare.ts';
import { runsList } from './commands/runs/list.ts';
import { sloCheck } from './commands/slo/check.ts';
import { sloRulesCommand } from './commands/slo/rules.ts';
import { status } from './commands/status.ts';
import { ui } from './commands/ui.ts';
import { up } from './commands/up.ts';

/** Every command, in the order in which the help lists them. */
export const commands: readonly Command[] = [
  init,
  dev,
  ui,
  up,
  down,
  status,
  open,
  doctor,
  dashboardsPush,
  dashboardsDiff,
  dashboardsExport,
  dashboardsList,
  alertsLint,
  alertsTest,
  alertsGenerate,
  alertsFire,
  sloCheck,
  sloRulesCommand,
  runsList,
  runsCompare,
  completionCommand(() => commands),
  helpCommand(() => commands),
];
