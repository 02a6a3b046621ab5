import { describe, expect, it } from 'vitest';
import { readDashboard } from './dashboard.ts';
import { linksOf } from './data-links.ts';
import { resolveFields } from './field-config.ts';
import type { Frame } from './frame.ts';
import type { LinkScope } from './links.ts';

const frames: readonly Frame[] = [
  {
    refId: 'A',
    fields: [
      { name: 'Time', type: 'time', values: [5, 6] },
      { name: 'job', type: 'string', values: ['shop', 'a&b'], displayName: 'Service' },
      { name: 'Value', type: 'number', values: [0.5, 2], labels: { route: '/x' } },
    ],
  },
];
const scope: LinkScope = { variable: () => undefined, urlTimeRange: '', names: [] };

function linkOf(url: string, field: number, row: number): unknown {
  const [panel] = readDashboard({
    panels: [{ fieldConfig: { defaults: { unit: 'percentunit', links: [{ title: 'l', url }] } } }],
  }).panels;
  if (panel === undefined) return undefined;
  const fields = resolveFields(frames, panel);
  const resolved = fields[field];
  const [link] = resolved === undefined ? [] : linksOf(resolved, row, fields, scope);
  return link?.target.kind === 'page' ? link.target.params['var-x'] : undefined;
}

describe('linksOf', () => {
  it.each([
    ['${__data.fields["Service"]}', 2, 1, 'a&b'],
    ['${__data.fields.Service}', 2, 0, 'shop'],
    ['${__data.fields[1]}', 2, 0, 'shop'],
    ['${__data.fields.job}', 2, 0, 'shop'],
    ['${__field.labels.route}', 2, 0, '/x'],
    ['${__field.name}', 1, 0, 'Service'],
    ['${__value.raw}', 2, 1, '2'],
    ['${__value.text}', 2, 0, '50%'],
    ['${__value.time}', 2, 1, '6'],
  ])('knows %s', (reference, field, row, expected) => {
    expect(linkOf(`/d/other?var-x=${reference}`, field, row)).toEqual([expected]);
  });
});
