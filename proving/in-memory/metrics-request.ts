import { type MetricsRequest, readMetricsRequest } from '../../simulator/metrics-request.ts';

type ReadPost = MetricsRequest | { readonly problem: string };

/** The simulation reads each request three times in a row. */
let newest: { readonly post: string | undefined; readonly result: ReadPost } | undefined;

/** Reads the body of a `POST /metrics`. @returns or the message of a 400 */
export function readMetricsPost(post: string | undefined): ReadPost {
  if (newest && newest.post === post) return newest.result;
  newest = { post, result: read(post) };
  return newest.result;
}

function read(post: string | undefined): ReadPost {
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
