import { type MetricsRequest, readMetricsRequest } from '../../simulator/metrics-request.ts';

/** Reads what was sent to `POST /metrics`. @returns or the message of a 400 */
export function readMetricsPost(
  post: string | undefined,
): MetricsRequest | { readonly problem: string } {
  try {
    return readMetricsRequest(JSON.parse(post ?? ''));
  } catch {
    return { problem: 'the body is no JSON' };
  }
}

/** The start of the range that is asked for, epoch ms; `undefined` for a request that cannot be read. */
export function startOfMetrics(post: string | undefined): number | undefined {
  const asked = readMetricsPost(post);
  return 'problem' in asked ? undefined : asked.range.start;
}
