import type { PublishedMessage } from '../../history.ts';
import type { Channel } from './is-for-people.ts';
import type { RunNote } from './run-notes.ts';

/** A message with the run that has published it. */
export interface Told {
  readonly message: PublishedMessage;
  readonly channel: Channel;
  /** The monitor got the answer. */
  readonly seen: boolean;
  /** When it arrived, epoch ms. */
  readonly time: number;
  /** The time of the run that it names, epoch ms. */
  readonly at: number;
  readonly run: RunNote;
}
