import { digest } from './digest.ts';
import { cutAt } from './text.ts';

/** Togai takes account ids of 512 characters, and whoever sends events writes what he likes. */
const MAX_KEPT_LENGTH = 64;

/** The name of a group as an alert remembers it: of a long one its beginning, and a digest that tells it from others. */
export function keptName(name: string): string {
  return name.length <= MAX_KEPT_LENGTH ? name : `${cutAt(name, 48)}${digest(name)}`;
}
