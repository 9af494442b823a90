import { counted, formatCount } from '../../functions/monitor/text/text.ts';
import { MINUTE_MS, SECOND_MS } from '../../functions/monitor/timeline/time.ts';
import type { Surroundings } from '../terminal.ts';
import type { LostPage } from './lost-pages.ts';

/** A line on stderr after so long: a person waits for it, and a log fills with it. */
const NOTE_MS = { terminal: 10 * SECOND_MS, pipe: MINUTE_MS };

/** Says now and then how far a list has been read. Nobody knows how long it is. @returns call it with each page */
export function createListingNotes({ clock, stderr }: Surroundings) {
  const noteMs = stderr.isTTY ? NOTE_MS.terminal : NOTE_MS.pipe;
  let noted = clock.elapsed();
  let read = 0;
  return (page: LostPage, lost: number): void => {
    read += page.read;
    const now = clock.elapsed();
    if (now - noted < noteMs) return;
    noted = now;
    stderr.write(
      `${counted(read, 'event')} read so far, ${formatCount(lost)} of them lost (now in the list ${page.list})\n`,
    );
  };
}
