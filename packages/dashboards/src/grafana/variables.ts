import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import type * as cog from '@grafana/grafana-foundation-sdk/cog';
import { type LabelVariable, type Variable, dataSourceRef } from '../variables.ts';

/** A variable as schema v1 has it. */
export function variableBuilder(variable: Variable): cog.Builder<dashboard.VariableModel> {
  if (variable.kind === 'data-source') {
    return new dashboard.DatasourceVariableBuilder(variable.name).label(variable.label).type(variable.type);
  }
  if (variable.kind === 'text') {
    return new dashboard.TextBoxVariableBuilder(variable.name)
      .label(variable.label)
      .description(variable.help)
      .current({ text: '', value: '' });
  }
  return labelVariable(variable);
}

function labelVariable(variable: LabelVariable): cog.Builder<dashboard.VariableModel> {
  return (
    new dashboard.QueryVariableBuilder(variable.name)
      .label(variable.label)
      .description(variable.help)
      .datasource(dataSourceRef(variable.source))
      .query(variable.source === 'prometheus' ? prometheusQuery(variable) : lokiQuery(variable))
      .definition(prometheusQuery(variable))
      .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
      // oxlint-disable-next-line unicorn/no-array-sort -- it is a builder, not a list
      .sort(dashboard.VariableSort.AlphabeticalAsc)
      .multi(true)
      .includeAll(true)
      .allValue(variable.all)
      .current({ selected: true, text: ['All'], value: ['$__all'] })
  );
}

function prometheusQuery({ selector, from }: LabelVariable): string {
  return `label_values(${selector}, ${from})`;
}

/** Type 1 asks for the values of a label. */
function lokiQuery({ name, selector, from }: LabelVariable): Readonly<Record<string, unknown>> {
  return { refId: name, type: 1, label: from, stream: selector };
}
