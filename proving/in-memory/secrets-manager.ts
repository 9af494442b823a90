import type { Credential } from '../../functions/monitor/ports.ts';
import type { Note } from '../history.ts';
import { refuse } from './aws-errors.ts';
import type { Faults } from './faults.ts';
import type { Life } from './life.ts';
import type { Timeline } from './timeline.ts';
import { secretToken } from './tokens.ts';

const READ_MS = 6;

/** The memory of a process, which several runs share. */
export interface KnownToken {
  token: string | undefined;
}

/** The credential of one run. The token is kept as long as the process lives, and read again on request. */
export function simulatedCredential(
  known: KnownToken,
  faults: Faults,
  timeline: Timeline,
  life: Life,
  note: (note: Note) => void,
): Credential {
  const readAgain = () =>
    life.call(async () => {
      await life.sleep(READ_MS);
      const { now } = timeline;
      if (faults.strikes('secret-refused', now)) refuse(note, 'GetSecretValue');
      known.token = secretToken(faults, now);
      return known.token;
    });
  return {
    read: () => (known.token === undefined ? readAgain() : Promise.resolve(known.token)),
    readAgain,
  };
}
