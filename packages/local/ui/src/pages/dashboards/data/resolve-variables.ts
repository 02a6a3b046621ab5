import type { VariableDefinition } from '../model/dashboard.ts';
import type { VariableValue } from '../model/formats.ts';
import type { Scope } from '../model/interpolate.ts';
import {
  type Option,
  chooseValues,
  filterOptions,
  fixedOptions,
  sortOptions,
  valueOf,
} from '../model/variables.ts';

/** A variable with what may be chosen, and what is. */
export interface ResolvedVariable {
  readonly definition: VariableDefinition;
  readonly options: readonly Option[];
  readonly chosen: readonly string[];
  readonly value: VariableValue;
  /** Why its values are not known. */
  readonly problem?: string;
}

/** A variable as it will be once its choice is resolved: what somebody has just chosen is shown at once. */
export function withChoice(
  variable: ResolvedVariable,
  given: readonly string[] | undefined,
): ResolvedVariable {
  const { definition, options } = variable;
  const chosen = chooseValues(definition, options, given);
  return { ...variable, chosen, value: valueOf(definition, options, chosen) };
}

export type Ask = (definition: VariableDefinition, scope: Scope) => Promise<readonly string[]>;

/**
 * Finds what the variables may be and are, one after the other: each may ask by those before it.
 *
 * @param chosenOf the values of the address; undefined where it has none
 * @param rangeMs of the page [ms]
 */
export async function resolveVariables(
  definitions: readonly VariableDefinition[],
  {
    chosenOf,
    ask,
    rangeMs,
    builtIn,
  }: {
    readonly chosenOf: (name: string) => readonly string[] | undefined;
    readonly ask: Ask;
    readonly rangeMs: number;
    readonly builtIn: Scope['builtIn'];
  },
): Promise<readonly ResolvedVariable[]> {
  const resolved: ResolvedVariable[] = [];
  const scope: Scope = {
    variable: (name) => resolved.find(({ definition }) => definition.name === name)?.value,
    ...(builtIn !== undefined && { builtIn }),
  };
  for (const definition of definitions) {
    let options = fixedOptions(definition, rangeMs);
    let problem: string | undefined;
    if (options === undefined && definition.type === 'query') {
      try {
        // oxlint-disable-next-line no-await-in-loop -- what one asks for depends on those before it
        const found = await ask(definition, scope);
        options = sortOptions(filterOptions(found, definition.regex), definition.sort);
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error);
      }
    } else if (options === undefined) {
      problem = `variables of the type "${definition.type}" are not known here; its queries are asked without it`;
    }
    const known = options ?? [];
    const chosen = chooseValues(definition, known, chosenOf(definition.name));
    resolved.push({
      definition,
      options: known,
      chosen,
      value: valueOf(definition, known, chosen),
      ...(problem !== undefined && { problem }),
    });
  }
  return resolved;
}
