import { SightlineError } from '@sightline/errors';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  type AlertmanagerConfig,
  ConfigError,
  readAlertmanagerConfig,
} from '../alerting/alertmanager-config.ts';

/** Without a file alerts are shown, and nobody is told. */
const SHOWN_ONLY = 'route:\n  receiver: nobody\n  group_by: [alertname]\nreceivers:\n  - name: nobody\n';

/**
 * @param path of an `alertmanager.yml`
 * @throws {SightlineError} `SIGHTLINE_LOCAL_ALERTMANAGER` with everything that is wrong in it
 */
export function readAlertmanagerFile(path: string | undefined): AlertmanagerConfig {
  const folder = path === undefined ? '.' : dirname(path);
  try {
    const text = path === undefined ? SHOWN_ONLY : readFileSync(path, 'utf8');
    return readAlertmanagerConfig(text, (file) => secretOf(resolve(folder, file)));
  } catch (error) {
    const problems = error instanceof ConfigError ? error.problems : [(error as Error).message];
    throw new SightlineError(
      'SIGHTLINE_LOCAL_ALERTMANAGER',
      {
        problem: problems.map((problem) => `${path}: ${problem}`).join('\n'),
        expected: 'a configuration as Alertmanager takes it',
        fix: 'correct each place that is named',
      },
      { cause: error },
    );
  }
}

function secretOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
