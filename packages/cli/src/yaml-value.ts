import { SightlineError } from '@sightline/errors';
import { parseDocument } from 'yaml';

/**
 * Reads YAML, of which JSON is a part.
 *
 * @param name what the file is called in the error
 * @throws {SightlineError} `SIGHTLINE_CLI_FILE` with every mistake in the syntax
 */
export function yamlValue(name: string, text: string): unknown {
  const document = parseDocument(text);
  const errors: readonly { readonly message: string }[] = document.errors;
  if (errors.length > 0) throw noYaml(name, errors);
  try {
    return document.toJS() as unknown;
  } catch (error) {
    // Aliases that grow without end, or that lead nowhere.
    throw noYaml(name, [error as Error]);
  }
}

function noYaml(name: string, errors: readonly { readonly message: string }[]): SightlineError {
  const problems = errors.map(({ message }) => message.split('\n')[0]!.replace(/:$/, ''));
  return new SightlineError('SIGHTLINE_CLI_FILE', {
    problem: `${name} is no YAML: ${problems.join('; ')}`,
    expected: 'YAML or JSON',
    fix: 'correct what is named',
  });
}
