export { errorCatalogue } from './catalogue.ts';
export type { ErrorCatalogueEntry, ErrorCode } from './catalogue.ts';
export { parseEnvBoolean, strictFromEnvironment } from './environment.ts';
export type { EnvBooleanReport, Environment } from './environment.ts';
export { nearest } from './nearest.ts';
export { parseOptions, resolveOptions } from './parse-options.ts';
export type { Resolved, ResolveOptionsBehaviour } from './parse-options.ts';
export { SightlineError } from './sightline-error.ts';
export type { ErrorParts } from './sightline-error.ts';
