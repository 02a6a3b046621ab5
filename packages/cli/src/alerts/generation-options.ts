import {
  type AlertFile,
  type SloOptions,
  alertFiles,
  alertmanagerConfig,
  receiversFromEnvironment,
  yamlFile,
} from '@sightline/alerts';
import { type OptionsFile } from '../options-file.ts';
import { errorsIn } from '../problem-text.ts';
import { throwAll } from '../usage-error.ts';

export interface GenerationInput {
  readonly file: OptionsFile;
  readonly grafanaUrl?: string | undefined;
  readonly runbookBaseUrl?: string | undefined;
  readonly services: readonly string[];
  /** The environment that receivers are read from; undefined when they are not. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Everything that is generated, with flags before the file and the file before defaults.
 *
 * @throws {SightlineError} or an `AggregateError` of several, with everything that is wrong in every part
 */
export function generatedFiles(input: GenerationInput): readonly AlertFile[] {
  const { alerts, slos, alertmanager } = input.file;
  const errors: Error[] = [];
  function part<Value>(make: () => Value): Value | undefined {
    try {
      return make();
    } catch (error) {
      errors.push(...(errorsIn(error) as Error[]));
      return undefined;
    }
  }
  const rules = part(() =>
    alertFiles(
      {
        ...alerts,
        ...(input.grafanaUrl === undefined ? {} : { grafanaUrl: input.grafanaUrl }),
        ...(input.runbookBaseUrl === undefined ? {} : { runbookBaseUrl: input.runbookBaseUrl }),
        ...(input.services.length === 0 ? {} : { services: input.services }),
      },
      ...(slos === undefined ? [] : [slos as readonly SloOptions[]]),
    ),
  );
  const fromEnvironment = part(() => (input.env === undefined ? {} : receiversFromEnvironment(input.env)));
  const routes = part(() => alertmanagerConfig({ ...fromEnvironment, ...alertmanager }));
  throwAll(errors);
  const about = 'Alertmanager: who is told of what, and when.';
  return (rules ?? []).map(({ path, content }) => ({
    path,
    content: path === 'alertmanager.yml' ? yamlFile(about, routes) : content,
  }));
}
