import type { GraphMark } from '../../../parts/chart/graph-series.ts';
import type { PanelData } from '../data/panel-data.ts';
import type { Panel } from '../model/dashboard.ts';
import type { ResolvedField } from '../model/field-config.ts';
import type { LinkScope } from '../model/links.ts';

/** What the body of a panel draws, and on how much room. */
export interface PanelView {
  readonly panel: Panel;
  readonly data: PanelData;
  readonly fields: readonly ResolvedField[];
  readonly scope: LinkScope;
  readonly marks: readonly GraphMark[];
  /** Panels of one key share the cross of the pointer. */
  readonly syncKey: string | undefined;
  /** [CSS px] */
  readonly width: number;
  readonly height: number;
}
