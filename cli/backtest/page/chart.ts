import uPlot from 'uplot';
import {
  isUpperLimit,
  printThreshold,
  type Threshold,
} from '../../../functions/monitor/thresholds/threshold.ts';
import { valueText } from '../../../functions/monitor/thresholds/value-text.ts';
import { type Range, SECOND_MS, shortTime } from '../../../functions/monitor/timeline/time.ts';
import { splitsUpTo, timeTexts } from './axis-labels.ts';
import { colour } from './dom.ts';

const HEIGHT = 200;
/** Of a chart on which nothing ever happened. */
const LOW = 110;
/** Of the texts below a chart. */
const ONE_LINE = 28;
const TWO_LINES = 42;

export interface ChartSeries {
  readonly starts: ArrayLike<number>;
  /** Of the windows, epoch ms. */
  readonly ends: ArrayLike<number>;
  readonly values: Float64Array;
}

interface ChartListeners {
  /** The scales have changed, so everything on the chart must move. */
  readonly onScale: () => void;
  /** @param text the value under the pointer; empty without one */
  readonly onPoint: (text: string) => void;
}

/** The values of a rule over time. */
export class Chart {
  /** The highest limit that can be chosen. */
  readonly most: number;
  readonly #plot: uPlot;

  constructor(
    into: HTMLElement,
    rule: Threshold,
    series: ChartSeries,
    { onScale, onPoint }: ChartListeners,
  ) {
    this.most = mostOf(rule, series.values);
    const { data, gaps } = withGaps(series);
    const height = series.values.some((value) => value > 0) ? HEIGHT : LOW;
    const options = optionsOf({ width: into.clientWidth, height }, this.most, rule);
    this.#plot = new uPlot(
      {
        ...options,
        hooks: {
          setScale: [onScale],
          setSize: [onScale],
          setCursor: [({ cursor }) => onPoint(pointText(data, gaps, cursor.idx, rule))],
        },
      },
      data,
      into,
    );
    new ResizeObserver(() => this.#resize(into.clientWidth)).observe(into);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () =>
      this.#plot.redraw(false),
    );
  }

  /** The layer on the plot, for elements on the chart. */
  get layer(): HTMLElement {
    return this.#plot.over;
  }

  /** In pixels. To ask the layer would make the browser lay out the page at once. */
  get width(): number {
    return this.#plot.bbox.width / devicePixelRatio;
  }

  /** The distance of a value from the top, in pixels. */
  yOf(value: number): number {
    return this.#plot.valToPos(value, 'y');
  }

  valueAt(y: number): number {
    return this.#plot.posToVal(y, 'y');
  }

  /** The distance of a time from the left, in pixels. @param time epoch ms */
  xOf(time: number): number {
    return this.#plot.valToPos(time / SECOND_MS, 'x');
  }

  #resize(width: number): void {
    const { width: before, height } = this.#plot;
    if (width > 0 && width !== before) this.#plot.setSize({ width, height });
  }
}

/** The top of the scale: room above the highest value, and above the limit. */
function mostOf({ limit, unit }: Threshold, values: Float64Array): number {
  let highest = 0;
  for (const value of values) if (value > highest) highest = value;
  return unit === 'percent' ? 100 : Math.max(20, 1.3 * highest, 2 * limit);
}

function optionsOf(
  size: Pick<uPlot.Options, 'width' | 'height'>,
  most: number,
  rule: Threshold,
): Omit<uPlot.Options, 'hooks'> {
  const line = () => colour('line');
  const axis: uPlot.Axis = {
    stroke: () => colour('dim'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1, size: 4 },
  };
  return {
    ...size,
    // The times are UTC, with any clock of the reader.
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * SECOND_MS), 'Etc/UTC'),
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    // Most windows lose little, and some lose hundreds: both are visible.
    scales: { x: { time: true }, y: { distr: 4, asinh: 1, range: [0, most] } },
    axes: [
      {
        ...axis,
        size: (_, texts) => (texts?.some((text) => text.includes('\n')) ? TWO_LINES : ONE_LINE),
        space: 60,
        values: (_, splits, __, ___, step) => timeTexts(splits, step),
      },
      {
        ...axis,
        size: 46,
        splits: (plot) => splitsUpTo(most, (value) => plot.valToPos(value, 'y')),
        values: (_, splits) => splits.map((value) => axisText(value, rule)),
      },
    ],
    series: [
      {},
      {
        stroke: () => colour('series'),
        fill: () => colour('series-fill'),
        width: 1.25,
        points: { show: false },
      },
    ],
  };
}

function axisText(value: number, { unit }: Threshold): string {
  if (unit === 'percent') return `${value}%`;
  return value >= 1e6 ? `${value / 1e6}M` : value >= 1e3 ? `${value / 1e3}k` : String(value);
}

type Points = [seconds: number[], values: (number | null)[]];

/** Seconds and values, with a gap where nothing was counted: a line there would say that nothing was lost. */
function withGaps({ starts, ends, values }: ChartSeries): {
  readonly data: Points;
  /** By the number of a point, epoch ms. */
  readonly gaps: ReadonlyMap<number, Range>;
} {
  const data: Points = [[], []];
  const gaps = new Map<number, Range>();
  const [seconds, shown] = data;
  let reached = starts[0] ?? 0;
  for (let index = 0; index < ends.length; index++) {
    const end = ends[index] ?? 0;
    const start = starts[index] ?? end;
    if (start > reached) {
      // A point at both of its ends: the pointer takes the nearest one.
      for (const time of [reached + SECOND_MS, start]) {
        gaps.set(seconds.length, { start: reached, end: start });
        seconds.push(time / SECOND_MS);
        shown.push(null);
      }
    }
    reached = end;
    const value = values[index] ?? Number.NaN;
    seconds.push(end / SECOND_MS);
    shown.push(Number.isNaN(value) ? null : value);
  }
  return { data, gaps };
}

function pointText(
  [seconds, values]: Points,
  gaps: ReadonlyMap<number, Range>,
  index: number | null | undefined,
  rule: Threshold,
): string {
  const time = seconds[index ?? -1];
  if (time === undefined) return '';
  const gap = gaps.get(index ?? -1);
  if (gap) return `${shortTime(gap.start)} to ${shortTime(gap.end)} UTC: no counts`;
  const value = values[index ?? -1];
  const text = value == null ? 'too few events to evaluate' : valueText(value, rule);
  return `${shortTime(time * SECOND_MS)} UTC: ${text}`;
}

/** `unmetered >= 10` for the ear: how a rule without its limit is named. */
export function nameOf(rule: Threshold): string {
  const text = printThreshold({ ...rule, limit: 0 });
  return text.slice(0, text.indexOf(isUpperLimit(rule) ? '>' : '<')).trim();
}
