import { resolve } from 'node:path';
import { generatedFiles } from '../../alerts/generation-options.ts';
import { defineCommand } from '../../command.ts';
import { isHttpUrl } from '../../option-checks.ts';
import { optionsOption, readOptionsFile } from '../../options-file.ts';
import { usageError } from '../../usage-error.ts';
import { writeGenerated } from '../../write-generated.ts';

export const alertsGenerate = defineCommand({
  name: 'alerts generate',
  summary: 'Writes rules, routes and templates of notifications into a folder',
  description: [
    'The file of options is YAML or JSON with the keys alerts (thresholds, links, services), slos (a list) and alertmanager (receivers, ' +
      'teams, working hours); the README of @sightline/alerts tells what is in each. Flags beat the file.',
    'What was written is recorded in .sightline.json in the folder. A file that was changed since, or that was there before, is not ' +
      'written over: the difference is shown, nothing is written, and the exit code is 1. --force writes all the same.',
  ],
  options: {
    out: { type: 'string', value: 'folder', help: 'Where the files go; needed', completes: 'folder' },
    ...optionsOption,
    'grafana-url': {
      type: 'string',
      value: 'url',
      help: 'Grafana, as the browser of whoever gets an alert reaches it',
      check: isHttpUrl,
    },
    'runbook-url': {
      type: 'string',
      value: 'url',
      help: 'Where your copy of the runbooks is',
      check: isHttpUrl,
    },
    service: {
      type: 'string',
      value: 'name',
      multiple: true,
      help: 'A service that must be there, so that it is missed when it never came',
    },
    'receivers-from-env': { type: 'boolean', help: 'Read who is told from the variables ALERT_*' },
    'dry-run': { type: 'boolean', help: 'Show what would change and write nothing' },
    force: { type: 'boolean', help: 'Write over files that were changed' },
  },
  examples: [
    'sightline alerts generate --out alerts',
    'sightline alerts generate --out alerts --options alerts.options.yml --dry-run',
    'ALERT_SLACK_URL_FILE=/run/secrets/slack sightline alerts generate --out alerts --receivers-from-env',
  ],
  async run({ io, values, paint }) {
    if (values.out === undefined) {
      throw usageError({
        problem: '--out is missing',
        expected: '--out <folder>',
        fix: 'name the folder that the files go to',
      });
    }
    const folder = resolve(io.cwd, values.out);
    const files = generatedFiles({
      file: await readOptionsFile(io, values.options),
      grafanaUrl: values['grafana-url'],
      runbookBaseUrl: values['runbook-url'],
      services: values.service,
      env: values['receivers-from-env'] ? io.env : undefined,
    });
    return writeGenerated(
      { folder, shownFolder: values.out, files, dryRun: values['dry-run'], force: values.force },
      paint,
    );
  },
});
