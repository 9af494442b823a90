import { NoAnswer } from './no-answer.ts';

/** A page holds 50 events of about a kilobyte. This is more than a hundred times that. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/**
 * Receives the text of an answer, and gives it up where it grows too large.
 *
 * @throws NoAnswer for a body that is too large or is not UTF-8; the error of `fetch` where the
 * connection is lost
 */
export async function receiveBody(response: Response): Promise<string> {
  if (!response.body) return '';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  let text = '';
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) {
      const limit = MAX_BODY_BYTES / (1024 * 1024);
      throw new NoAnswer('unreadable', `answered with a body of more than ${limit} MB`, false);
    }
    text += decode(decoder, chunk);
  }
  return text + decode(decoder);
}

/** Two names with different broken bytes would become one. @throws NoAnswer for bytes that are not UTF-8 */
function decode(decoder: InstanceType<typeof TextDecoder>, chunk?: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch {
    throw new NoAnswer('unreadable', 'was answered with bytes that are not UTF-8', true);
  }
}
