import { expect, test } from 'vitest';
import { anythingNewer } from '../../functions/monitor/counting/ask-list-for-newer-events.ts';
import type { EventPage, UsageEvent } from '../../functions/monitor/events/event.ts';
import type { EventQuery } from '../../functions/monitor/ports.ts';
import { eventPage, usageEvent } from '../support/events.ts';
import { at } from '../support/monitor.ts';

const event = (createdAt: string, timestamp = createdAt): UsageEvent =>
  usageEvent({ createdAt: at(createdAt), timestamp: at(timestamp) });

/** Whether these pages show events from 10:05 to 10:10. Togai metrics have an event of the hour from nine on. */
function newer(...pages: EventPage[]) {
  const queries: EventQuery[] = [];
  const togai = {
    async *pages(query: EventQuery) {
      queries.push(query);
      yield* pages;
    },
    event: () => Promise.resolve([]),
  };
  const { signal } = new AbortController();
  const asked = { after: at('10:05'), until: at('10:10'), seenHour: at('09:00') };
  return anythingNewer(togai, asked, signal);
}

test('an event of the time is newer', async () => {
  expect(await newer(eventPage([event('10:07')]))).toBe('newer events');
});

test('an event of before or after it is not', async () => {
  expect(await newer(eventPage([event('10:05'), event('10:10')]))).toBe('nothing newer');
});

test('nothing is newer in an empty list', async () => {
  expect(await newer(eventPage([]))).toBe('nothing newer');
});

test('nothing is newer where there is no page', async () => {
  expect(await newer()).toBe('nothing newer');
});

test('nothing is newer in a longer list that begins with its newest event', async () => {
  expect(await newer(eventPage([event('10:04'), event('10:03')], 'next'))).toBe('nothing newer');
});

test('nothing is newer in a longer list in the order of the sender’s time', async () => {
  const events = [event('10:03', '10:02'), event('10:04', '10:01')];
  expect(await newer(eventPage(events, 'next'))).toBe('nothing newer');
});

test('it is unknown in a longer list that lacks the newest hour of Togai metrics', async () => {
  const events = [event('08:59'), event('08:58')];
  expect(await newer(eventPage(events, 'next'))).toBe('unknown');
});

test('it is unknown in a longer list that begins with its oldest event', async () => {
  expect(await newer(eventPage([event('10:03'), event('10:04')], 'next'))).toBe('unknown');
});

test('it is unknown where the page of a longer list is empty', async () => {
  expect(await newer(eventPage([], 'next'))).toBe('unknown');
});

test('one page is enough', async () => {
  const pages = [eventPage([event('10:03'), event('10:04')], 'next'), eventPage([event('10:07')])];
  expect(await newer(...pages)).toBe('unknown');
});
