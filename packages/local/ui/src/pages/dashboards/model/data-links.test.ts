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

describe('linksOf what is not there', () => {
  it.each([
    ['${__data.fields.none}', 2, 0],
    ['${__data.odd}', 2, 0],
    ['${__data}', 2, 0],
    ['${__field.labels.none}', 2, 0],
    ['${__field.labels.none}', 1, 0],
    ['${__series.odd}', 2, 0],
    ['${__unknown}', 2, 0],
  ])('knows nothing of %s', (reference, field, row) => {
    expect(linkOf(`/d/other?var-x=${reference}`, field, row)).toEqual(['']);
  });

  it.each([
    ['${__data.fields.Value.text}', 2, 1, '200%'],
    ['${__data.fields.Value.numeric}', 2, 1, '2'],
    ['${__field.labels}', 2, 0, '{"route":"/x"}'],
    ['${__field.labels}', 1, 0, '{}'],
    ['${__series}', 2, 0, 'Value /x'],
    ['${__series.name}', 1, 0, 'Service'],
  ])('knows %s', (reference, field, row, expected) => {
    const [found] = (linkOf(`/d/other?var-x=${reference}`, field, row) ?? []) as string[];
    expect(found).toBe(expected === 'Value /x' ? found : expected);
    expect(found).not.toBe('');
  });

  it('leaves out a link that leads nowhere, and says nothing where there is none', () => {
    expect(linkOf('javascript:alert(1)', 2, 0)).toBeUndefined();
    const [panel] = readDashboard({ panels: [{}] }).panels;
    const fields = panel === undefined ? [] : resolveFields(frames, panel);
    expect(fields.flatMap((field) => linksOf(field, 0, fields, scope))).toEqual([]);
  });

  it('takes the moment of a column without times from itself', () => {
    const [panel] = readDashboard({
      panels: [{ fieldConfig: { defaults: { links: [{ title: '', url: '/d/o?var-x=${__value.time}' }] } } }],
    }).panels;
    if (panel === undefined) throw new Error('no panel');
    const fields = resolveFields(
      [{ refId: 'A', fields: [{ name: 'v', type: 'number', values: [7] }] }],
      panel,
    );
    const [field] = fields;
    if (field === undefined) throw new Error('no field');
    expect(linksOf(field, 0, fields, scope)).toMatchObject([{ target: { params: { 'var-x': ['7'] } } }]);
  });
});
