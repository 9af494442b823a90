import { MINUTE_MS, SECOND_MS } from '../../functions/monitor/timeline/time.ts';
import type { Surroundings } from '../terminal.ts';

/** A line on stderr after so long: a person waits for it, and a log fills with it. */
const NOTE_MS = { terminal: 10 * SECOND_MS, pipe: MINUTE_MS };

/**
 * Says now and then how far a list is. Its rows may go to the same terminal, so there is no bar.
 *
 * @returns call it after each step, with a sentence without its end
 */
export function createNotes({ clock, stderr }: Surroundings): (note: () => string) => void {
  const noteMs = stderr.isTTY ? NOTE_MS.terminal : NOTE_MS.pipe;
  let noted = clock.elapsed();
  return (note) => {
    const now = clock.elapsed();
    if (now - noted < noteMs) return;
    noted = now;
    stderr.write(`${note()}\n`);
  };
}
