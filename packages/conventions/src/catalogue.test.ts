import { describe, expect, expectTypeOf, it } from 'vitest';
import { attributes } from './attributes.ts';
import { environment } from './environment.ts';
import { type LabelDefinition, labels } from './labels.ts';
import { logFields } from './log-fields.ts';
import { lokiLabels, lokiMetadataFields } from './loki-labels.ts';
import type { MetricDefinition } from './metric.ts';
import { metric, metricFamilies, metrics } from './metrics.ts';
import { labelProblems, metricProblems } from './naming.ts';
import { paths } from './paths.ts';
import { ports } from './ports.ts';

const allMetrics: [string, MetricDefinition][] = Object.entries(metrics);
const allLabels: [string, LabelDefinition][] = Object.entries(labels);
const sentence = /^[A-Z].*\.$/;

function sorted(names: readonly string[]): string[] {
  return names.toSorted((a, b) => (a < b ? -1 : 1));
}

describe('metrics', () => {
  it.each(allMetrics)('%s follows every rule', (name, definition) => {
    expect(metricProblems(name, definition)).toEqual([]);
  });

  it('stand in one family each', () => {
    const names = metricFamilies.flatMap((family) => Object.keys(family.metrics));
    expect(names).toHaveLength(new Set(names).size);
    expect(sorted(names)).toEqual(sorted(Object.keys(metrics)));
  });

  it('translate to one name in OpenTelemetry each', () => {
    const names = allMetrics.flatMap(([, definition]) => definition.otelName ?? []);
    expect(names).toHaveLength(new Set(names).size);
  });

  it('say of a convention of OpenTelemetry what its name there is', () => {
    const without = allMetrics.filter(
      ([, { source, otelName }]) =>
        source.startsWith('https://opentelemetry.io/') !== (otelName !== undefined),
    );
    expect(without.map(([name]) => name)).toEqual([]);
  });

  it('name the values of every label that leaves them to the metric', () => {
    const open = allMetrics.flatMap(([name, definition]) =>
      definition.labels
        .filter((label) => labelOf(label).valuesPerMetric && !definition.labelValues?.[label])
        .map((label) => `${name}{${label}}`),
    );
    expect(open).toEqual([]);
  });
});

function labelOf(name: string): LabelDefinition {
  return new Map(allLabels).get(name)!;
}

describe('metric', () => {
  it('gives the labels with their literal types', () => {
    const found = metric('http_server_request_duration_seconds');
    expect(found.otelName).toBe('http.server.request.duration');
    expectTypeOf(found.labels).toExtend<
      readonly ['http_request_method', 'http_route', 'http_response_status_code', 'error_type']
    >();
    expectTypeOf(metric('rate_limit_requests_total').type).toExtend<'counter'>();
  });
});

describe('labels', () => {
  it.each(allLabels)('%s has an allowed name and one reason for its bound', (name, label) => {
    expect(labelProblems(name)).toEqual([]);
    expect([label.values, label.valuesPerMetric, label.boundedBy].filter(Boolean)).toHaveLength(1);
    expect(label.maxValues).toBeGreaterThan(0);
    expect(new Set(label.values).size).toBe(label.values ? label.maxValues : 0);
  });

  it('say in their help when what is past the bound becomes _OTHER', () => {
    const silent = allLabels.filter(
      ([, { help, otherPastBound }]) => help.includes('`_OTHER`') !== (otherPastBound === true),
    );
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  it('spell an attribute of the catalogue, if one at all', () => {
    const wrong = allLabels.filter(
      ([name, { attribute }]) =>
        attribute !== undefined && (!(attribute in attributes) || attribute.replaceAll('.', '_') !== name),
    );
    expect(wrong).toEqual([]);
  });

  it('are all in use, in the order of the alphabet', () => {
    const used = new Set<string>(allMetrics.flatMap(([, definition]) => definition.labels));
    expect(Object.keys(labels)).toEqual(sorted([...used]));
  });
});

describe('environment', () => {
  it('stands in the order of the alphabet, with names that OpenTelemetry or Sightline own', () => {
    const names = Object.keys(environment);
    expect(names).toEqual(sorted(names));
    expect(names.filter((name) => !/^(?:OTEL|SIGHTLINE)_[A-Z]+(?:_[A-Z]+)*$/.test(name))).toEqual([
      'LOG_LEVEL',
    ]);
  });

  it('has defaults of the type they are declared as', () => {
    const wrong = Object.entries(environment).filter(([, definition]) => {
      if (!('default' in definition)) return false;
      if (definition.type === 'integer') return !/^\d+$/.test(definition.default);
      if (definition.type === 'boolean') return !['true', 'false'].includes(definition.default);
      return definition.type === 'url' && !URL.canParse(definition.default);
    });
    expect(wrong).toEqual([]);
  });
});

function fieldsIn(place: 'label' | 'metadata'): string[] {
  return Object.entries(logFields).flatMap(([name, { loki }]) => (loki === place ? name : []));
}

describe('logFields', () => {
  it('agree with Loki on what is a label and what is metadata', () => {
    expect(sorted(fieldsIn('label'))).toEqual(sorted(Object.values(lokiLabels).map(({ field }) => field)));
    expect(sorted(fieldsIn('metadata'))).toEqual(sorted(lokiMetadataFields));
  });

  it('keep every id out of the labels of Loki', () => {
    expect(Object.keys(lokiLabels).filter((name) => name.endsWith('_id'))).toEqual([]);
    expect(Object.keys(lokiLabels).flatMap(labelProblems)).toEqual([]);
  });
});

describe('help', () => {
  const everything = { attributes, environment, logFields, lokiLabels, paths, ports, labels, metrics };
  it.each(Object.entries(everything))(
    'of %s is a sentence each, that fits into a table',
    (_name, catalogue) => {
      const wrong = Object.entries(catalogue).filter(
        ([, { help }]) => !sentence.test(help) || /[|\n]/.test(help),
      );
      expect(wrong.map(([name]) => name)).toEqual([]);
    },
  );
});

describe('paths and ports', () => {
  it('serve each path once on each server', () => {
    const served = Object.values(paths).map(({ server, path }) => `${server} ${path}`);
    expect(new Set(served).size).toBe(served.length);
  });

  it('listen on ports that need no rights and, but for OTLP, on one each', () => {
    const taken = Object.entries(ports)
      .filter(([name]) => name !== 'embeddedStack')
      .map(([, { port }]) => port);
    expect(new Set(taken).size).toBe(taken.length);
    expect(taken.filter((port) => port < 1024 || port > 65_535)).toEqual([]);
    expect(ports.embeddedStack.port).toBe(ports.otlpHttp.port);
  });
});
