import { groupOf } from '../../functions/monitor/events/status-groups.ts';
import type { LostEvent } from './lost-event.ts';
import type { Known } from './redo-one-event.ts';
import { increase } from './sums.ts';
import { whyNotRedo } from './why-not-redo.ts';

/** An account whose events can be redone. */
export interface RedoableAccount {
  readonly name: string;
  events: number;
  /** Those of them that would have been billed for sure. */
  unmetered: number;
  /** The sender's id of one of its events, to look its billing cycle up. */
  readonly sample: string;
}

/** The result that redoing would have. It changes nothing. */
export class DryRun {
  /** How many events can be redone. A person confirms this number. */
  redoable = 0;
  readonly accounts = new Map<string, RedoableAccount>();
  /** Events that cannot be redone, by reason. */
  readonly cannot = new Map<string, number>();
  /** Events that the journal knows, by their last step. */
  readonly before = new Map<string, number>();

  /** @param known of the journal @param named the statuses that a person has named */
  add(event: LostEvent, known: Known | undefined, named: readonly string[]): void {
    const why = whyNotRedo(event, named);
    if (why !== undefined || known) {
      if (why !== undefined) increase(this.cannot, why);
      else if (known) increase(this.before, known);
      return;
    }
    this.redoable++;
    const { accountId: name, id: sample = '', status } = event;
    const account = this.accounts.get(name) ?? { name, events: 0, unmetered: 0, sample };
    account.events++;
    if (groupOf(status) === 'unmetered') account.unmetered++;
    this.accounts.set(name, account);
  }

  /** The accounts with most events first. */
  largest(most: number): RedoableAccount[] {
    return [...this.accounts.values()].sort((a, b) => b.events - a.events).slice(0, most);
  }
}
