import { REVERTED } from './corrections.ts';
import { DUPLICATE, METERED, type Traits } from './event-traits.ts';
import type { SimulatedEvent, Traffic } from './traffic.ts';

/** @returns `undefined` where there is no such event at that time (`now`, epoch ms) */
export function byReferenceId(
  traffic: Traffic,
  referenceId: string,
  now: number,
): SimulatedEvent | undefined {
  const [, , second = '', index = ''] = referenceId.split('.');
  const event =
    second === 'again'
      ? traffic.reingested(now)[Number.parseInt(index, 36)]
      : traffic.eventAt(Number.parseInt(second, 36), Number.parseInt(index, 36), now);
  return event?.referenceId === referenceId ? event : undefined;
}

/** Undoes an event. @param again whether it is taken in once more, under a new reference id */
export function correct(
  traffic: Traffic,
  event: SimulatedEvent,
  again: boolean,
  now: number,
): void {
  const { corrections } = traffic;
  const { second, index, id, accountId, schemaName, timestamp } = event;
  const known = event.isReingested ? corrections.reingested(now)[index] : undefined;
  const traits = known?.traits ?? traffic.traitsIn(second)[index];
  if (!traits) throw new Error('no such event');
  if (known) corrections.revertReingested(index);
  else corrections.revert(second, index);
  if (!again) return;
  corrections.reingest({ traits: takenIn(traits), id, accountId, schemaName, timestamp }, now);
}

/** Only an event that is neither a duplicate nor undone is taken in again, so it becomes neither. */
function takenIn(traits: Traits): Traits {
  const isNeither = ![DUPLICATE.status, REVERTED.status].includes(traits.outcome.status);
  return isNeither ? traits : { ...traits, outcome: METERED };
}
