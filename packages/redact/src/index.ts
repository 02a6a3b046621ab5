export { CHARACTER_SETS } from './characters.ts';
export type { CharacterSetName } from './characters.ts';
export type { RedactOptions } from './options.ts';
export { redactOptionsSchema } from './options.ts';
export { ownData } from './own-data.ts';
export { createRedactor } from './redactor.ts';
export type { Redactor } from './redactor.ts';
export type { FinderRule, TokenRule } from './rule.ts';
export type { PlainData } from './value.ts';
