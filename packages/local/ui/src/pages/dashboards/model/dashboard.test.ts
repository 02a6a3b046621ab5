import { describe, expect, it } from 'vitest';
import { readDashboard } from './dashboard.ts';

describe('readDashboard', () => {
  it('reads a dashboard as it is exported, and as the API of Grafana wraps it', () => {
    expect(readDashboard({ dashboard: { title: 'Shop', panels: [] } }).title).toBe('Shop');
    expect(readDashboard({ panels: [] })).toMatchObject({ title: 'Without a title', to: 'now', panels: [] });
  });

  it.each([
    [{ rows: [] }, 'until version 4'],
    [{}, 'no dashboard of Grafana'],
    ['text', 'no dashboard of Grafana'],
  ])('says of %j that it is none', (json, message) => expect(() => readDashboard(json)).toThrow(message));

  it.each([
    [{ datasource: { type: 'loki', uid: 'x' } }, 'loki'],
    [{ datasource: 'My Prometheus' }, 'prometheus'],
    [{ datasource: 'odd' }, ''],
    [{}, ''],
  ])('takes the source of a query from its panel: %j', (panel, source) => {
    const [read] = readDashboard({
      panels: [{ ...panel, targets: [{}, { refId: 'Z', hide: true }] }],
    }).panels;
    expect(read?.targets).toMatchObject([
      { refId: 'A', source, hidden: false },
      { refId: 'Z', source, hidden: true },
    ]);
  });

  it('reads panels within a row, and where they stand', () => {
    const [row] = readDashboard({
      panels: [
        { type: 'row', collapsed: true, repeatDirection: 'v', maxPerRow: 0, panels: [{ gridPos: { x: 3 } }] },
      ],
    }).panels;
    expect(row).toMatchObject({
      collapsed: true,
      repeatDirection: 'v',
      maxPerRow: 1,
      panels: [{ key: '0.0', place: { x: 3, y: 0, w: 12, h: 8 } }],
    });
  });

  it('leaves out transformations that are switched off', () => {
    const transformations = [{ id: 'merge' }, { id: 'limit', disabled: true }];
    expect(readDashboard({ panels: [{ transformations }] }).panels[0]?.transformations).toEqual([
      { id: 'merge', options: {} },
    ]);
  });

  it.each([
    [{ current: { value: ['a', 'b'], text: ['A', 'B'] } }, { value: ['a', 'b'], text: 'A + B' }],
    [{ current: { value: 'a', text: 'A' } }, { value: ['a'], text: 'A' }],
    [{}, { value: [], text: '' }],
  ])('reads what is chosen of %j', (raw, current) => {
    expect(readDashboard({ panels: [], templating: { list: [raw] } }).variables).toMatchObject([
      { current, source: 'prometheus', allowCustomValue: true, autoCount: 30 },
    ]);
  });

  it('reads links to other dashboards and to elsewhere', () => {
    const links = [
      { type: 'dashboards', tags: ['a'], asDropdown: true },
      { type: 'link', url: '/x', keepTime: true },
    ];
    expect(readDashboard({ panels: [], links, graphTooltip: 1 })).toMatchObject({
      sharedCrosshair: true,
      links: [
        { type: 'dashboards', tags: ['a'], asDropdown: true, keepTime: false },
        { type: 'link', url: '/x', keepTime: true },
      ],
    });
  });
});
