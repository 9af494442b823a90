import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { InvalidMessageError } from '../../errors.ts';
import type { Channel } from '../../ports.ts';
import type { RenderedMessage } from '../formats/message.ts';

/** EventBridge: 256 KB for an entry. */
const MAX_BYTES = 256 * 1024;
/** Errors that the same entry would meet again. Source: API reference, PutEventsResultEntry. */
const REFUSED_FOR_CONTENT = ['InvalidArgument', 'MalformedDetail'];

export interface EventBridgeOptions {
  /** The name of the bus, `default` for that of the account. */
  readonly bus: string;
  /** The same for all messages of all monitors. */
  readonly source: string;
  /** The ARN of this function, so that rules can tell two monitors apart. */
  readonly resource: string;
}

/** One event on a bus for each message; its detail is the documented JSON. */
export function createEventBridgeChannel(
  client: EventBridgeClient,
  { bus, source, resource }: EventBridgeOptions,
): Channel {
  return {
    name: 'events',
    // A bus takes events although no rule matches them.
    forPrograms: true,
    async publish(message, signal) {
      const entry: PutEventsRequestEntry = {
        EventBusName: bus,
        Source: source,
        DetailType: detailTypeOf(message),
        Resources: [resource],
        Detail: message.json,
      };
      if (bytesOf(entry) > MAX_BYTES) {
        throw new InvalidMessageError(`message ${message.id} is larger than EventBridge takes`);
      }
      const { FailedEntryCount, Entries = [] } = await client.send(
        new PutEventsCommand({ Entries: [entry] }),
        { abortSignal: signal },
      );
      // The call succeeds although its entry has failed.
      if (FailedEntryCount) throw failureOf(`message ${message.id} for the bus ${bus}`, Entries[0]);
    },
  };
}

function failureOf(what: string, { ErrorCode, ErrorMessage }: PutEventsResultEntry = {}): Error {
  const reason = `EventBridge did not take ${what}: ${ErrorCode ?? 'no reason'} ${ErrorMessage ?? ''}`;
  return REFUSED_FOR_CONTENT.includes(ErrorCode ?? '')
    ? new InvalidMessageError(reason.trim())
    : new Error(reason.trim());
}

/** `Incident Opened`, `Notice`, `Test` */
function detailTypeOf({ attributes: { kind = '' } }: RenderedMessage): string {
  const name = `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`;
  return kind === 'notice' || kind === 'test' ? name : `Incident ${name}`;
}

/** As AWS counts them. Source: EventBridge user guide, "Calculating PutEvents event entry size". */
function bytesOf({ Source, DetailType, Resources, Detail }: PutEventsRequestEntry): number {
  return Buffer.byteLength([Source, DetailType, ...(Resources ?? []), Detail].join(''));
}
