export { builtins, escapeQuery } from './builtins.ts';
export { executeTemplate } from './execute.ts';
export { compareTexts, goMap, goText, typeName } from './go-value.ts';
export type { GoFunction, GoFunctions, GoMap, GoObject, GoSlice, GoType, GoValue } from './go-value.ts';
export { parseTemplate } from './parse.ts';
export type { ParsedTemplate } from './parse.ts';
export { sprintf } from './sprintf.ts';
export { TemplateError, TemplateInterrupt } from './template-error.ts';
