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
import { helpCommand } from './commands/help.ts';
import { sloCheck } from './commands/slo/check.ts';
import { sloRulesCommand } from './commands/slo/rules.ts';

/** Every command, in the order in which the help lists them. */
export const commands: readonly Command[] = [
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
  completionCommand(() => commands),
  helpCommand(() => commands),
];
