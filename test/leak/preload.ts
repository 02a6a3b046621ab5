/** What starts Sightline here: as `register` does, with a plug-in that has a section on `/status`. */
import { start } from '@sightline/bootstrap';

/** What the sections show; the service fills it. */
export const shown: Record<string, unknown> = {};

Object.assign(globalThis, { leakShown: shown });
start({ plugins: [{ name: 'leak', status: { leak: () => shown } }] });
