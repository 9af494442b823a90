import { SettingError } from '../errors.ts';
import type { Incident } from '../incidents/incident.ts';
import { isInForce, type Silence, silencedPart } from '../incidents/silence.ts';
import type { MonitorStore } from '../ports.ts';
import { printable } from '../text/text.ts';
import { readOpen } from './read-open.ts';
import { newSilence, type SilenceRequest } from './read-silence-request.ts';

/** An ignore list is the better place for more. */
const MAX_IN_FORCE = 200;
/** Ids are short, so two silences may get the same one. */
const MAX_ATTEMPTS = 20;

type Store = Pick<
  MonitorStore,
  'readStart' | 'readIncidents' | 'readSilences' | 'writeSilence' | 'changeSilence'
>;

/** A silence that was made, and the open incidents that it is about. */
export interface MadeSilence {
  readonly silence: Silence;
  readonly incidents: readonly Incident[];
}

/**
 * Makes a silence.
 *
 * @param now epoch ms
 * @param from when it begins; `undefined`: with the next run
 * @throws SettingError where it can have no effect, or there are too many
 */
export async function makeSilence(
  store: Store,
  request: SilenceRequest,
  now: number,
  from: number | undefined,
): Promise<MadeSilence> {
  const { silences, incidents } = await readOpen(store);
  const { scope } = request;
  if ('incidentId' in scope && !incidents.some(({ id }) => id === scope.incidentId)) {
    const ids = incidents.map(({ id }) => id).join(', ');
    throw new SettingError(
      `incident: no incident ${printable(scope.incidentId, 40)} is open; ${ids === '' ? 'none is' : `open: ${ids}`}`,
    );
  }
  if (silences.filter((one) => isLeft(one, now)).length >= MAX_IN_FORCE) {
    throw new SettingError(
      `there are ${MAX_IN_FORCE} silences already; end some, or put accounts into IgnoredAccounts`,
    );
  }
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const silence = newSilence(request, from, attempt);
    if (await store.writeSilence(silence)) {
      return { silence, incidents: incidents.filter((one) => isAbout(silence, one, now)) };
    }
  }
  throw new SettingError('no free id was found for the silence; try again');
}

/**
 * Ends a silence before its time.
 *
 * @param now epoch ms
 * @throws SettingError where there is no such silence to end
 */
export async function endSilence(
  store: Store,
  { id, by }: { readonly id: string; readonly by: string },
  now: number,
): Promise<Silence> {
  const silences = (await store.readSilences()).filter((one) => isLeft(one, now));
  const silence = silences.find((one) => one.id === id);
  const ended = silence && { ...silence, ended: { at: now, by } };
  if (ended && (await store.changeSilence(ended))) return ended;
  const ids = silences.map((one) => one.id).join(', ');
  throw new SettingError(
    `there is no silence ${printable(id, 40)} to end; ${ids === '' ? 'none is in force' : `in force: ${ids}`}`,
  );
}

/** It is in force, or will be with the next run. */
export function isLeft(silence: Silence, now: number): boolean {
  return isInForce(silence, now) || (silence.from === undefined && !silence.ended);
}

/** Whether it would silence an incident, or a part of it, now. */
function isAbout(silence: Silence, incident: Incident, now: number): boolean {
  const isNamed = (name: string) => incident.accounts.some((account) => account.name === name);
  const begun = { ...silence, from: silence.from ?? now };
  return silencedPart(incident, isNamed, [begun], now).silences.length > 0;
}
