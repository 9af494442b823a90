import { expect, test } from 'vitest';
import { OneEvent, readCorrection, redoRequest } from '../../cli/lost/correction.ts';
import type { LostEvent } from '../../cli/lost/lost-event.ts';
import { redoOne } from '../../cli/lost/redo-one-event.ts';
import { lookUpOf, lostEvent, usageEvent } from './redo-world.ts';

test('a correction names its account and its event', () => {
  const one = OneEvent.of({ accountId: 'Acme & Co', referenceId: 'ref-1' });
  const { url, post } = redoRequest('https://api.togai.com', one);
  expect(url.href).toBe(
    'https://api.togai.com/events/correction?action=REDO&account_id=Acme+%26+Co&id=ref-1',
  );
  expect(post).toBeDefined();
});

test.each([
  { accountId: 'acme', referenceId: undefined },
  { accountId: 'acme', referenceId: '' },
  { accountId: 'acme', referenceId: ' ' },
  { accountId: '', referenceId: 'ref-1' },
])('there is no correction of %j', (event) => {
  expect(() => OneEvent.of(event)).toThrow();
});

test('an answer that names other events ends the work', async () => {
  const event = lostEvent('1');
  const steps: string[] = [];
  const status = 'REVERTED_AND_REINGESTED';
  const data = ['1', '2', '3'].map((name) => ({
    referenceId: `ref-${name}`,
    id: `id-${name}`,
    status,
    reason: undefined,
  }));
  const ports = {
    lookUp: async () => lookUpOf(usageEvent(event)),
    redo: async () => ({ kind: 'answered', data }) as const,
    wait: async () => {},
    journal: {
      known: () => undefined,
      begin: async () => true,
      end: async (_: LostEvent, step: string) => void steps.push(step),
    },
  };
  await expect(redoOne(event, ports, [])).rejects.toThrow('answered with 2 other events');
  expect(steps).toEqual(['redone']);
});

test.each([
  [{ data: [{ referenceId: 'r', eventPayload: { id: 'e' }, status: 'FAILED', reason: 'no' }] }],
  [{ data: [{ eventPayload: { referenceId: 'r', id: 'e' }, status: 'FAILED', reason: 'no' }] }],
])('the reference id is read at both places: %j', (json) => {
  expect(readCorrection(json)).toEqual([
    { referenceId: 'r', id: 'e', status: 'FAILED', reason: 'no' },
  ]);
});

test.each([{}, { data: null }, { data: [], jobId: 'j' }])('%j names no event', (json) => {
  expect(readCorrection(json)).toEqual([]);
});
