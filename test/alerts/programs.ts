import { debianProgram } from '../servers/debian.ts';

/** This machine's Debian release, or the newest one. */
export type Release = 'own' | 'sid';

/** The programs of a release, or why there are none. */
export async function programsOf(
  release: Release,
): Promise<{ readonly prometheus: string; readonly alertmanager: string } | { readonly missing: string }> {
  const prometheus = await debianProgram({ program: 'prometheus', package: 'prometheus', release });
  const alertmanager = await debianProgram({
    program: 'prometheus-alertmanager',
    package: 'prometheus-alertmanager',
    release,
  });
  const missing = [prometheus, alertmanager].flatMap((found) => ('missing' in found ? [found.missing] : []));
  return 'path' in prometheus && 'path' in alertmanager
    ? { prometheus: prometheus.path, alertmanager: alertmanager.path }
    : { missing: missing.join('; ') };
}
