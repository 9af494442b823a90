import { digest } from './digest.ts';
import { cutAt } from './text.ts';

/**
 * In characters. Togai takes account ids of 512, and senders choose them freely. The state holds many names, and DynamoDB takes
 * 400 KB an item.
 */
const MAX_KEPT_LENGTH = 64;

/** The name of a group as an alert remembers it. A long name is cut, and a digest at its end tells it from others. */
export function keptName(name: string): string {
  return name.length <= MAX_KEPT_LENGTH ? name : `${cutAt(name, 48)}${digest(name)}`;
}
