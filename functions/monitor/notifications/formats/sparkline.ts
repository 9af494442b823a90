const SPARKS = '▁▂▃▄▅▆▇█';

/** One character a value, scaled to the largest; zero is a dot on the line. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(0, ...values);
  return values
    .map((value) => (value === 0 ? '·' : SPARKS[Math.ceil((value / most) * SPARKS.length) - 1]))
    .join('');
}
