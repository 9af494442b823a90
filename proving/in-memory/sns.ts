import type { Channel } from '../../functions/monitor/ports.ts';
import type { Note, PublishedMessage } from '../history.ts';
import { PAGER } from '../world/names.ts';
import { answerLost, refuse } from './aws-errors.ts';
import type { SimulatedTable } from './dynamodb.ts';
import type { Faults } from './faults.ts';
import type { Life } from './life.ts';
import type { Timeline } from './timeline.ts';
import { showsToken } from './tokens.ts';

const PUBLISH_MS = 40;

interface ChannelWorld {
  readonly faults: Faults;
  readonly timeline: Timeline;
  readonly table: Pick<SimulatedTable, 'refuseNextWrite'>;
  readonly life: Life;
  readonly note: (note: Note) => void;
}

/** A channel of one run. */
export function simulatedChannel(
  name: string,
  { faults, timeline, table, life, note }: ChannelWorld,
): Channel {
  /** A fault of the channel, or of all channels. */
  const isOfChannel = ({ channel }: { readonly channel?: string }) =>
    channel === undefined || channel === name;
  return {
    name,
    criticalOnly: name === PAGER,
    publish: (message, signal) =>
      life.call(async () => {
        await life.sleep(PUBLISH_MS, signal);
        const { now } = timeline;
        if (faults.strikes('publish-refused', now, isOfChannel)) refuse(note, 'publish');
        const unseen = faults.strikes('publish-unseen', now, isOfChannel) !== undefined;
        for (const text of Object.values(message)) {
          if (typeof text === 'string' && showsToken(text)) {
            note({ type: 'leaked', where: 'a message' });
          }
        }
        const published = JSON.parse(message.json) as PublishedMessage;
        note({ type: 'published', channel: name, message: published, seen: !unseen });
        if (faults.strikes('killed-after-publish', now, isOfChannel)) life.kill();
        if (faults.strikes('record-refused', now, isOfChannel)) table.refuseNextWrite();
        if (unseen) throw answerLost('Publish');
      }),
  };
}
