import type { PanelSpec } from '../spec.ts';

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const columns = 24;

/**
 * Places panels from left to right and top to bottom, in the order given. A row is as high as its highest panel.
 * @throws RangeError for a width that does not fit
 */
export function layOut(panels: readonly PanelSpec[]): Place[] {
  let x = 0;
  let y = 0;
  let rowHeight = 0;
  return panels.map((panel) => {
    const { kind, title, width: w, height: h = kind === 'stat' ? 4 : 8 } = panel;
    if (w < 1 || w > columns) throw new RangeError(`the panel "${title}" is ${w} columns wide`);
    if (x + w > columns) {
      x = 0;
      y += rowHeight;
      rowHeight = 0;
    }
    const place = { x, y, w, h };
    x += w;
    rowHeight = Math.max(rowHeight, h);
    return place;
  });
}
