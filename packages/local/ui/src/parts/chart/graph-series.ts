/** One series of a graph, with how it is drawn. */
export interface GraphSeries {
  readonly name: string;
  /** [s since 1970], rising. */
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  /** Of CSS; `var(--…)` too. */
  readonly colour: string;
  readonly style?: 'line' | 'bars' | 'points';
  readonly steps?: 'before' | 'after' | 'smooth';
  /** [CSS px] */
  readonly width?: number;
  /** How much of the area below is filled, 0–1. */
  readonly fillRatio?: number;
  readonly dash?: readonly number[];
  readonly points?: boolean;
  /** Series of one name stand on each other. */
  readonly stack?: string;
  /** Points further apart are not joined [s]; undefined joins all. */
  readonly gapSeconds?: number;
  /** Which of the axes. */
  readonly axis?: string;
  readonly hidden?: boolean;
}

export interface GraphAxis {
  readonly key: string;
  readonly side: 'left' | 'right' | 'none';
  readonly label?: string;
  readonly format: (value: number, decimals?: number) => string;
  /** Where it begins and ends, whatever the values are. */
  readonly min?: number;
  readonly max?: number;
  /** Where it begins and ends at least. */
  readonly softMin?: number;
  readonly softMax?: number;
  /** Whether powers of two are round: bytes. */
  readonly binary?: boolean;
  /** The base of a logarithmic axis. */
  readonly log?: 2 | 10;
}

export interface GraphThreshold {
  readonly value: number;
  /** To where it holds; Infinity for the last. */
  readonly until: number;
  readonly colour: string;
  readonly line: 'solid' | 'dashed' | 'none';
  readonly area: boolean;
  readonly axis: string;
}

/** What happened at a time, or for some. */
export interface GraphMark {
  readonly startMs: number;
  readonly endMs: number;
  readonly title: string;
  readonly colour: string;
}

/** A measured request that has a trace. */
export interface GraphExemplar {
  readonly timeMs: number;
  readonly value: number;
  readonly href: string;
  readonly label: string;
  readonly axis: string;
}
