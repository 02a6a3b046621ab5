import type { Panel } from './dashboard.ts';

/** A row with the panels below it; those before the first row have none. */
export interface Section {
  readonly key: string;
  readonly title: string | undefined;
  readonly collapsed: boolean;
  readonly panels: readonly PlacedPanel[];
}

/** One value that a repeated panel or row is for. */
interface RepeatedFor {
  readonly name: string;
  readonly value: string;
  readonly text: string;
}

export interface PlacedPanel {
  readonly panel: Panel;
  readonly key: string;
  readonly repeatedFor: readonly RepeatedFor[];
}

const COLUMNS = 24;

/** The values that a variable has now, each with its text; all of them where "all" is chosen. */
export type ValuesOf = (variable: string) => readonly { readonly value: string; readonly text: string }[];

/** Panels as they stand on the page: rows as sections, what is repeated once a value, places from the section's own top. */
export function sectionsOf(panels: readonly Panel[], valuesOf: ValuesOf): readonly Section[] {
  const sections: { row: Panel | undefined; panels: Panel[] }[] = [{ row: undefined, panels: [] }];
  for (const panel of inOrder(panels)) {
    if (panel.type === 'row') sections.push({ row: panel, panels: [...panel.panels] });
    else sections.at(-1)?.panels.push(panel);
  }
  return sections
    .filter(({ row, panels: own }) => row !== undefined || own.length > 0)
    .flatMap(({ row, panels: own }): readonly Section[] => {
      if (row === undefined)
        return [{ key: 'top', title: undefined, collapsed: false, panels: place(own, [], valuesOf) }];
      const values = row.repeat === '' ? [undefined] : valuesOf(row.repeat);
      return values.map((each) => {
        const repeatedFor = each === undefined ? [] : [{ name: row.repeat, ...each }];
        return {
          key: keyOf(row, repeatedFor),
          title: row.title,
          collapsed: row.collapsed,
          panels: place(own, repeatedFor, valuesOf),
        };
      });
    });
}

function inOrder(panels: readonly Panel[]): readonly Panel[] {
  return panels.toSorted((one, other) => one.place.y - other.place.y || one.place.x - other.place.x);
}

function keyOf({ key }: Panel, repeatedFor: readonly RepeatedFor[]): string {
  return [key, ...repeatedFor.map(({ name, value }) => `${name}=${value}`)].join(' ');
}

function place(
  panels: readonly Panel[],
  outer: readonly RepeatedFor[],
  valuesOf: ValuesOf,
): readonly PlacedPanel[] {
  const ordered = inOrder(panels);
  const top = ordered.reduce((least, { place: { y } }) => Math.min(least, y), Infinity);
  const placed: PlacedPanel[] = [];
  let pushedDown = 0;
  for (const panel of ordered) {
    const y = panel.place.y - top + pushedDown;
    const values = panel.repeat === '' ? [undefined] : valuesOf(panel.repeat);
    const across = panel.repeatDirection === 'h' ? Math.max(1, Math.min(panel.maxPerRow, values.length)) : 1;
    const w =
      panel.repeat !== '' && panel.repeatDirection === 'h' ? Math.floor(COLUMNS / across) : panel.place.w;
    for (const [index, each] of values.entries()) {
      const repeatedFor =
        each === undefined ? outer : [...outer, { name: panel.repeat, value: each.value, text: each.text }];
      placed.push({
        key: keyOf(panel, repeatedFor),
        repeatedFor,
        panel: {
          ...panel,
          place: {
            x:
              across > 1
                ? (index % across) * w
                : panel.repeat !== '' && panel.repeatDirection === 'h'
                  ? 0
                  : panel.place.x,
            y: y + Math.floor(index / across) * panel.place.h,
            w,
            h: panel.place.h,
          },
        },
      });
    }
    pushedDown += (Math.ceil(values.length / across) - 1) * panel.place.h;
  }
  return placed;
}
