import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NotOfThisApi } from '../../functions/monitor/togai/answer-fields.ts';
import { FailedAnswer } from '../../functions/monitor/togai/empty-list-with-message.ts';
import { parseJson } from '../../functions/monitor/togai/parse-json.ts';
import { readErrorMessage } from '../../functions/monitor/togai/read-answer.ts';
import { readEventDetails } from '../../functions/monitor/togai/read-event-details.ts';
import { readPage } from '../../functions/monitor/togai/read-event-page.ts';
import { readMetrics } from '../../functions/monitor/togai/read-metrics.ts';
import { anyBody, changedPage, validPage } from './answers.ts';
import { holdsAlways } from './cases.ts';
import { BREAKS_LINES } from './texts.ts';

const asItIs = (text: string) => text;

/** Gives the result, or the error that was thrown. */
function attempt<T>(read: () => T): { value: T } | { error: unknown } {
  try {
    return { value: read() };
  } catch (error) {
    return { error };
  }
}

describe('any body', () => {
  test.each([
    ['a page', readPage],
    ['metrics', readMetrics],
    ['the details of an event', readEventDetails],
    ['an error', readErrorMessage],
  ] as const)('is read as %s, or is no JSON, not of this API, or says that it failed', (_, read) =>
    holdsAlways(
      fc.property(anyBody, (body) => {
        const outcome = attempt(() => parseJson<unknown>(body, asItIs, read));
        if (!('error' in outcome)) return;
        const { error } = outcome;
        const expected = [SyntaxError, NotOfThisApi, FailedAnswer];
        expect(expected.some((kind) => error instanceof kind) ? '' : error).toBe('');
        if (error instanceof SyntaxError) return;
        expect((error as Error).message).not.toMatch(BREAKS_LINES);
        // The words of Togai are quoted up to 500 characters.
        const most = error instanceof FailedAnswer ? 600 : 400;
        expect(Array.from((error as Error).message).length).toBeLessThan(most);
      }),
      2,
    ),
  );

  test('gives as many events, readable or not, as its list has entries', () =>
    holdsAlways(
      fc.property(anyBody, (body) => {
        const outcome = attempt(() => parseJson(body, asItIs, readPage));
        if ('error' in outcome) return;
        const { events, malformed } = outcome.value;
        expect(events.length + malformed.length).toBe(JSON.parse(body).events?.length ?? 0);
      }),
      2,
    ));

  test('gives events with valid times and names of bounded length', () =>
    holdsAlways(
      fc.property(anyBody, (body) => {
        const outcome = attempt(() => parseJson(body, asItIs, readPage));
        if ('error' in outcome) return;
        for (const event of outcome.value.events) {
          const { createdAt, timestamp, accountId, schemaName, status } = event;
          expect(createdAt).toBeGreaterThanOrEqual(Date.UTC(2000, 0));
          expect([createdAt, timestamp ?? 0].every(Number.isSafeInteger)).toBe(true);
          const lengths = [accountId, schemaName, status].map((name) => Array.from(name).length);
          expect(Math.max(...lengths)).toBeLessThanOrEqual(512);
          expect(status).not.toBe('');
          expect(event.identity).not.toBe('');
        }
      }),
      2,
    ));

  test('gives problems in words, on one line', () =>
    holdsAlways(
      fc.property(anyBody, (body) => {
        const outcome = attempt(() => parseJson(body, asItIs, readPage));
        if ('error' in outcome) return;
        for (const { problem } of outcome.value.malformed) {
          expect(problem).not.toMatch(BREAKS_LINES);
          expect(problem.length).toBeLessThan(400);
        }
      }),
      2,
    ));

  test('gives counts of metrics that are numbers, none below zero', () =>
    holdsAlways(
      fc.property(anyBody, (body) => {
        const outcome = attempt(() => parseJson(body, asItIs, readMetrics));
        if ('error' in outcome) return;
        const counts = [...outcome.value.series.values()]
          .flat()
          .flatMap(({ hours }) => [...hours.values()]);
        expect(counts.filter((count) => !(count >= 0))).toEqual([]);
      }),
      2,
    ));
});

describe('a page with one value replaced by any other', () => {
  const page = fc.oneof(
    changedPage,
    validPage.map((json) => JSON.stringify(json)),
  );

  test('reads the same by the fast path as by the schema', () => {
    /** The schema ignores spaces around a status. The fast path does not take them. */
    const spaced = (entry: unknown) => {
      const status = (entry as { ingestionStatus?: { status?: unknown } } | null)?.ingestionStatus
        ?.status;
      if (typeof status !== 'string') return entry;
      const { ingestionStatus, ...rest } = entry as { ingestionStatus: object };
      return { ...rest, ingestionStatus: { ...ingestionStatus, status: ` ${status} ` } };
    };
    return holdsAlways(
      fc.property(page, (body) => {
        const json = JSON.parse(body);
        fc.pre(Array.isArray(json?.events));
        const other = JSON.stringify({ ...json, events: json.events.map(spaced) });
        const usual = attempt(() => parseJson(body, asItIs, readPage));
        const bySchema = attempt(() => parseJson(other, asItIs, readPage));
        if ('error' in usual || 'error' in bySchema) {
          expect('error' in bySchema).toBe('error' in usual);
          return;
        }
        expect(bySchema.value.events).toEqual(usual.value.events);
        expect(bySchema.value.nextToken).toBe(usual.value.nextToken);
      }),
      2,
    );
  });

  test('reads the same if its escapes are searched for the token', () =>
    holdsAlways(
      fc.property(page, (body) => {
        fc.pre(Array.isArray(JSON.parse(body)?.events) && !body.includes('\\'));
        const escaped = body.replace('{', '{"\\u0069gnored":0,');
        const read = (text: string) =>
          attempt(() => ({ ...parseJson(text, asItIs, readPage), unknownKeys: [] }));
        expect(read(escaped)).toEqual(read(body));
      }),
      2,
    ));
});
