export { labelTest, ownLabel, setLabel } from './labels.ts';
export type { LabelMatcher, Labels } from './labels.ts';
export { defaultLimits } from './limits.ts';
export type { QueryLimits } from './limits.ts';
export { QueryError } from './query-error.ts';
export type { QueryErrorClass, QueryPosition } from './query-error.ts';
export type { BlockCodec } from './packed/block-codec.ts';
