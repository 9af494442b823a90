import * as v from 'valibot';
import type { EventDetails } from '../events/event-details.ts';
import {
  asObject,
  ingestionStatus,
  NotOfThisApi,
  optionalText,
  problemOf,
  text,
} from './answer-fields.ts';

const pipelineInfo = v.object({
  usageMeters: v.fallback(v.optional(v.array(v.object({ name: text, status: text }))), undefined),
  pricePlans: v.fallback(
    v.optional(v.array(v.object({ name: text, cycleStart: optionalText, cycleEnd: optionalText }))),
    undefined,
  ),
});

const eventDetails = v.object({
  ingestionStatus,
  eventPipelineInfo: v.fallback(v.optional(pipelineInfo), undefined),
});

/**
 * Reads the answer of `GET /events/{event_id}`: a list of events with that id, as in Togai's schema, or the
 * event itself.
 *
 * @param json a parsed body
 * @throws NotOfThisApi
 */
export function readEventDetails(json: unknown): EventDetails[] {
  const body = asObject(json);
  const list = 'events' in body ? body.events : [body];
  const result = v.safeParse(v.nullish(v.array(eventDetails)), list);
  if (!result.success) throw new NotOfThisApi(`an event whose ${problemOf(result.issues[0])}`);
  return (result.output ?? []).map(({ ingestionStatus, eventPipelineInfo }) => ({
    ...ingestionStatus,
    statusDescription: ingestionStatus.statusDescription,
    pipeline: eventPipelineInfo && {
      usageMeters: eventPipelineInfo.usageMeters,
      pricePlans: eventPipelineInfo.pricePlans,
    },
  }));
}
