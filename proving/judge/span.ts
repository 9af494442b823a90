export interface Span {
  readonly start: number;
  readonly end: number;
}

export function floorTo(unit: number, time: number): number {
  return Math.floor(time / unit) * unit;
}

export function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && a.end > b.start;
}
