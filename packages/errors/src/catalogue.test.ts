import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorCatalogue } from './catalogue.ts';

const packages = new URL('../../', import.meta.url);

/** Environment variables, which are spelled like codes; `SIGHTLINE_…_BINARY`, where a program is, are besides. */
const VARIABLES = new Set([
  'SIGHTLINE_ADMIN_DEBUG',
  'SIGHTLINE_ADMIN_DISABLED',
  'SIGHTLINE_ADMIN_TOKEN',
  'SIGHTLINE_DRAIN_DEADLINE_MS',
  'SIGHTLINE_DRAIN_DELAY_MS',
  'SIGHTLINE_DRAIN_DISABLED',
  'SIGHTLINE_GRAFANA_HOME',
  'SIGHTLINE_LOCAL_TOKEN',
  'SIGHTLINE_LOG_FORMAT',
  'SIGHTLINE_STRICT',
]);

/** The codes that a source text throws or reports: every quoted `SIGHTLINE_…` that is no environment variable. */
function codesIn(source: string): string[] {
  const uses = source.matchAll(/(['"])(SIGHTLINE_\w+)\1/g);
  return [...uses]
    .map(([, , code]) => code ?? '')
    .filter((code) => !VARIABLES.has(code) && !/^SIGHTLINE_[A-Z]+_BINARY$/.test(code));
}

function sourcesOf(folder: URL): readonly { readonly file: string; readonly text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => ({ file, text: readFileSync(new URL(file, folder), 'utf8') }));
}

describe('errorCatalogue', () => {
  it('lists every code that the source of any package throws or reports', () => {
    const missing = readdirSync(packages).flatMap((name) =>
      sourcesOf(new URL(`${name}/src/`, packages)).flatMap(({ file, text }) =>
        codesIn(text)
          .filter((code) => !(code in errorCatalogue))
          .map((code) => `${code} in packages/${name}/src/${file}`),
      ),
    );
    expect(missing).toEqual([]);
  });

  it('finds a code however it is thrown or reported', () => {
    const source = [
      "throw new SightlineError('SIGHTLINE_A', {",
      'new SightlineError(\n  "SIGHTLINE_B", parts)',
      "report({ code: 'SIGHTLINE_C', message })",
      "env['SIGHTLINE_STRICT'] // SIGHTLINE_NOT quoted",
    ].join('\n');
    expect(codesIn(source)).toEqual(['SIGHTLINE_A', 'SIGHTLINE_B', 'SIGHTLINE_C']);
  });

  it.each(Object.entries(errorCatalogue))(
    'says for %s what it means and what to do, a sentence each',
    (code, entry) => {
      expect(code).toMatch(/^SIGHTLINE_[A-Z]+(?:_[A-Z]+)*$/);
      for (const text of [entry.meaning, entry.fix]) expect(text).toMatch(/^[A-Z][^|\n]+\.$/);
    },
  );
});
