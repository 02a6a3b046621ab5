import {
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  type Threshold as GrafanaThreshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Panel, Threshold, ValueTexts } from '../panels/panel.ts';

const colors = { warning: 'orange', critical: 'red' } as const;
const WELL = 'green';

/** The steps of Grafana: each colour holds from its value on, the first one from below everything. */
export function thresholdSteps(thresholds: readonly Threshold[]): readonly GrafanaThreshold[] {
  const sorted = thresholds.toSorted((a, b) => a.value - b.value);
  const least = sorted.find(({ below }) => below);
  const steps: GrafanaThreshold[] = [{ value: null, color: least ? colors[least.severity] : WELL }];
  for (const [index, { value, severity, below }] of sorted.entries()) {
    if (!below) steps.push({ value, color: colors[severity] });
    else {
      const next = sorted[index + 1];
      steps.push({ value, color: next?.below ? colors[next.severity] : WELL });
    }
  }
  return steps;
}

export function thresholdsBuilder(thresholds: readonly Threshold[]): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([...thresholdSteps(thresholds)]);
}

/** Values are coloured by what they are, where that is known, else by who they are. */
export function colorOf({ view, thresholds, valueTexts }: Panel): FieldColorBuilder {
  const byValue = view !== 'timeseries' && (thresholds !== undefined || valueTexts !== undefined);
  return new FieldColorBuilder().mode(
    byValue ? FieldColorModeId.Thresholds : FieldColorModeId.PaletteClassicByName,
  );
}

/** Texts in place of numbers that are states. */
export function mappingsOf(texts: ValueTexts): ValueMapping[] {
  const options = Object.fromEntries(
    Object.entries(texts).map(([value, { text, color }], index) => [value, { text, color, index }]),
  );
  return [{ type: MappingType.ValueToText, options }];
}
