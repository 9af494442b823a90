import type { RenderedMessage } from '../functions/monitor/notifications/formats/message.ts';
import { placeText } from './on-call/place-flags.ts';

/** `Stop its reminders: unmetered silence --incident u-7k2f --for 8h`, and the end of a silence. */
const ON_CALL = /(?<=: )unmetered (?:silence|unsilence) .*$/gm;
const LOST = /(?<=")unmetered lost(?=")/g;

/**
 * Completes the commands of a message for the person who reads it beside a state file. Those of a deployed monitor have no
 * `npx`, which might load a stranger's package elsewhere. JSON for machines stays as it is.
 */
export function withLocalCommands(message: RenderedMessage, stateFile: string): RenderedMessage {
  const place = placeText({ stack: undefined, state: stateFile });
  const complete = (text: string) =>
    text
      .replace(ON_CALL, (command) => `npx ${command}${place}`)
      .replace(LOST, (command) => `npx ${command}`);
  const chat = JSON.parse(message.chat, (_, value) =>
    typeof value === 'string' ? complete(value) : value,
  );
  return { ...message, email: complete(message.email), chat: JSON.stringify(chat) };
}
