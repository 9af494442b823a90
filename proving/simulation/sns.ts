import type { Publisher } from '../../functions/monitor/ports.ts';
import type { Note, Notification } from '../history.ts';
import { answerLost, refuse } from './aws-errors.ts';
import type { Faults } from './faults.ts';
import type { Life } from './life.ts';
import type { Timeline } from './timeline.ts';
import { showsToken } from './tokens.ts';

const PUBLISH_MS = 40;

/** The publisher of one run. */
export function simulatedPublisher(
  faults: Faults,
  timeline: Timeline,
  life: Life,
  note: (note: Note) => void,
): Publisher {
  return {
    publish: (message, signal) =>
      life.call(async () => {
        await life.sleep(PUBLISH_MS, signal);
        const { now } = timeline;
        if (faults.strikes('publish-refused', now)) refuse(note, 'publish');
        const unseen = faults.strikes('publish-unseen', now) !== undefined;
        for (const text of Object.values(message)) {
          if (typeof text === 'string' && showsToken(text)) {
            note({ type: 'leaked', where: 'a message' });
          }
        }
        const notified = JSON.parse(message.json) as Notification;
        note({ type: 'published', notified, seen: !unseen });
        if (unseen) throw answerLost('Publish');
      }),
  };
}
