import type { Row } from '../define-dashboard.ts';
import type { Panel } from '../panels/panel.ts';

const COLUMNS = 24;
const DEFAULT_WIDTH = 8;
const DEFAULT_HEIGHT = 8;

/** Where something stands, in columns and in steps of 30 pixels. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A panel with its place and its number. */
export interface PlacedPanel {
  readonly id: number;
  readonly panel: Panel;
  readonly place: Place;
}

/** A row with its place and its number. */
export interface PlacedRow {
  readonly id: number;
  readonly row: Row;
  readonly place: Place;
  readonly panels: readonly PlacedPanel[];
}

/** Lets panels flow from left to right, row after row, and numbers them in that order. */
export function layOut(rows: readonly Row[]): readonly PlacedRow[] {
  let id = 0;
  let y = 0;
  return rows.map((row) => {
    const rowId = ++id;
    const rowPlace = { x: 0, y, w: COLUMNS, h: 1 };
    y += 1;
    let x = 0;
    let lineHeight = 0;
    const panels = row.panels.map((panel): PlacedPanel => {
      const w = panel.width ?? DEFAULT_WIDTH;
      const h = panel.height ?? DEFAULT_HEIGHT;
      if (x + w > COLUMNS) {
        y += lineHeight;
        x = 0;
        lineHeight = 0;
      }
      const place = { x, y, w, h };
      x += w;
      lineHeight = Math.max(lineHeight, h);
      return { id: ++id, panel, place };
    });
    y += lineHeight;
    // What is in a closed row takes no room until it is opened.
    if (row.closed) y = rowPlace.y + 1;
    return { id: rowId, row, place: rowPlace, panels };
  });
}
