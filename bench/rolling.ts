/** The largest number of times in any one second, its end not included. @param times ms, ascending */
export function mostInASecond(times: readonly number[]): number {
  let most = 0;
  let first = 0;
  times.forEach((time, index) => {
    while (time - (times[first] ?? time) >= 1_000) first++;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
