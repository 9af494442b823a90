import { describe, expect, test } from 'vitest';
import { type PlayedBucket, playIncidents, toldIn } from '../support/incident-play.ts';

const CHANGED = 6;
const broken = (): PlayedBucket => ({ acme: [10, 0], globex: [0, 10] });
const from = (before: string, after: string) => (bucket: number) =>
  bucket < CHANGED ? before : after;

const messagesOf = ({ told }: ReturnType<typeof playIncidents>) =>
  told.map(({ at, kind, reason }) => [at, kind, reason]);

describe('while an incident is open', () => {
  test('a rule that is removed closes it, and says so', () => {
    const play = playIncidents(12, broken, { thresholds: from('unmetered >= 10', 'failed >= 10') });
    expect(messagesOf(play).at(-1)).toEqual([
      '10:35',
      'closed',
      'It is closed, and not known to be solved: its rule was removed.',
    ]);
  });

  test('a limit that is raised above the loss closes it, and says so', () => {
    const thresholds = from('unmetered >= 10', 'unmetered >= 1000');
    const play = playIncidents(12, broken, { thresholds, windowMinutes: 30 });
    expect(messagesOf(play).at(-1)).toEqual([
      '10:35',
      'closed',
      'It is closed, and not known to be solved: its rule "unmetered >= 10" was changed or removed, and the rest of it breaches no rule.',
    ]);
  });

  test('a limit that is raised below the loss closes nothing', () => {
    const thresholds = from('unmetered >= 10', 'unmetered >= 20');
    expect(toldIn(playIncidents(12, broken, { thresholds }))).toEqual(['10:05 opened acme']);
  });

  test('a limit that is raised below the loss is the rule from then on', () => {
    const thresholds = from('unmetered >= 10', 'unmetered >= 20');
    const { incidents } = playIncidents(12, broken, { thresholds });
    expect(incidents.map(({ threshold }) => threshold)).toEqual(['unmetered >= 20']);
  });

  test('a rule of something else closes nothing, though it is quiet', () => {
    const quiet = (bucket: number): PlayedBucket => ({ acme: bucket === 0 ? [10, 990] : [0, 1] });
    const play = playIncidents(30, quiet, {
      thresholds: (bucket) => (bucket < 20 ? 'unmetered >= 10' : 'unmetered >= 10, failed >= 10'),
    });
    expect(toldIn(play)).toEqual(['10:05 opened acme']);
  });

  test('an account that is ignored closes its incident', () => {
    const play = playIncidents(
      12,
      (bucket) => (bucket < CHANGED ? broken() : { globex: [0, 10] }),
      { ignoredAccounts: (bucket) => (bucket < CHANGED ? [] : ['acme']) },
    );
    expect(messagesOf(play).at(-1)).toEqual([
      '10:35',
      'closed',
      'It is closed, and not known to be solved: all that it was about is ignored now.',
    ]);
  });

  test('an account that is ignored leaves the rest of its incident open', () => {
    const play = playIncidents(
      12,
      (bucket) => (bucket < CHANGED ? { acme: [10, 0], globex: [10, 0] } : { globex: [10, 0] }),
      { ignoredAccounts: (bucket) => (bucket < CHANGED ? [] : ['acme']) },
    );
    expect(play.incidents.map(({ end, accounts }) => [end, accounts.map((a) => a.name)])).toEqual([
      [undefined, ['globex']],
    ]);
  });

  test('a level whose limit is raised is closed', () => {
    const play = playIncidents(12, () => ({ acme: [0, 5] }), {
      windowMinutes: 5,
      thresholds: from('total < 10', 'total < 3'),
    });
    expect(messagesOf(play).at(-1)).toEqual([
      '10:35',
      'closed',
      'It is closed, and not known to be solved: its rule "total < 10" was changed or removed, and no rule is breached now.',
    ]);
  });

  test('a level stays open where only rules of something else are added', () => {
    const play = playIncidents(9, (bucket) => ({ acme: [0, bucket < 5 ? 5 : 20] }), {
      windowMinutes: 5,
      thresholds: from('total < 10', 'total < 10, failed >= 10'),
    });
    expect(play.told.map(({ at, kind }) => `${at} ${kind}`)).toEqual([
      '10:05 opened',
      '10:40 resolved',
    ]);
  });
});

test('a rule that is removed and put back opens the same incident again', () => {
  const play = playIncidents(12, broken, {
    thresholds: (bucket) => (bucket === CHANGED ? 'failed >= 10' : 'unmetered >= 10'),
  });
  expect(play.incidents.map(({ reopened }) => reopened)).toEqual([1]);
  expect(toldIn(play)).toEqual(['10:05 opened acme', '10:35 closed acme', '10:40 opened acme']);
});

test('the first run with rules closes nothing', () => {
  const play = playIncidents(2, broken, { thresholds: 'unmetered >= 10' });
  expect(toldIn(play)).toEqual(['10:05 opened acme']);
});
