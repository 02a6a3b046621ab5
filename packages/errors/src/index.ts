export { SightlineError } from './sightline-error.ts';
export type { ErrorParts } from './sightline-error.ts';
