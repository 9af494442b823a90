import { isoTime } from '../functions/monitor/timeline/time.ts';
import type { Grouping } from './metrics-request.ts';

/** Togai documents this maximum of "a single response", and not whether that is a query's or all queries' together. */
export const MAX_POINTS = 300;

/** Events, or their revenue, by group (`''` without a grouping), then by the start of their period, epoch ms. */
export type Series = Map<string, Map<number, number>>;

export interface DataPoints {
  readonly groupedBy?: { readonly fieldName: string; readonly fieldValue: string };
  readonly timestamps: readonly string[];
  readonly metricValues: readonly number[];
}

export function addTo(series: Series, group: string, period: number, value: number): void {
  const points = series.get(group) ?? new Map<number, number>();
  points.set(period, (points.get(period) ?? 0) + value);
  series.set(group, points);
}

/**
 * The `data` of a result of `POST /metrics`.
 *
 * @param most data points; the others are left out, and the answer does not say so
 */
export function dataPointsOf(
  series: Series,
  groupBy: Grouping | undefined,
  most: number = MAX_POINTS,
): DataPoints[] {
  let left = most;
  return [...series].flatMap(([fieldValue, all]) => {
    const points = [...all].slice(0, left);
    left -= points.length;
    if (points.length === 0) return [];
    return [
      {
        ...(groupBy && { groupedBy: { fieldName: groupBy, fieldValue } }),
        timestamps: points.map(([period]) => isoTime(period)),
        metricValues: points.map(([, events]) => events),
      },
    ];
  });
}
