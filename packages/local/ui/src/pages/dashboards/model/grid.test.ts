import { describe, expect, it } from 'vitest';
import { readDashboard } from './dashboard.ts';
import { sectionsOf } from './grid.ts';

const panel = (title: string, x: number, y: number, more: object = {}): object => ({
  type: 'stat',
  title,
  gridPos: { x, y, w: 12, h: 4 },
  ...more,
});
const panelsOf = (panels: readonly object[]) => readDashboard({ title: 'd', panels }).panels;
const two = () => [
  { value: 'a', text: 'A' },
  { value: 'b', text: 'B' },
];

describe('sectionsOf', () => {
  it('begins a section at each row, and takes the panels of a closed one from within', () => {
    const sections = sectionsOf(
      panelsOf([
        panel('first', 0, 0),
        { type: 'row', title: 'Open', gridPos: { x: 0, y: 4, w: 24, h: 1 } },
        panel('in open', 12, 5),
        {
          type: 'row',
          title: 'Closed',
          collapsed: true,
          gridPos: { x: 0, y: 9, w: 24, h: 1 },
          panels: [panel('in', 0, 10)],
        },
      ]),
      two,
    );
    expect(
      sections.map(({ title, collapsed, panels }) => [
        title,
        collapsed,
        panels.map((each) => each.panel.title),
      ]),
    ).toEqual([
      [undefined, false, ['first']],
      ['Open', false, ['in open']],
      ['Closed', true, ['in']],
    ]);
    expect(sections[1]?.panels[0]?.panel.place).toEqual({ x: 12, y: 0, w: 12, h: 4 });
  });

  it('repeats a panel over the width and pushes down what is below', () => {
    const [section] = sectionsOf(
      panelsOf([panel('each', 0, 0, { repeat: 'v', maxPerRow: 1 }), panel('below', 0, 4)]),
      two,
    );
    expect(section?.panels.map(({ key, panel: { place } }) => [key, place.x, place.y, place.w])).toEqual([
      ['0 v=a', 0, 0, 24],
      ['0 v=b', 0, 4, 24],
      ['1', 0, 8, 12],
    ]);
  });

  it('repeats a row with its panels, for whom the value is known', () => {
    const sections = sectionsOf(
      panelsOf([{ type: 'row', title: '$v', repeat: 'v', gridPos: { y: 0 } }, panel('each', 0, 1)]),
      two,
    );
    expect(sections.map(({ panels }) => panels[0]?.repeatedFor)).toEqual([
      [{ name: 'v', value: 'a', text: 'A' }],
      [{ name: 'v', value: 'b', text: 'B' }],
    ]);
  });
});
