import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  advance,
  ignoreGroups,
  type Patience,
  withdraw,
} from '../../functions/monitor/incidents/advance-alert.ts';
import type { Alert } from '../../functions/monitor/incidents/alert.ts';
import {
  type Decision,
  decideNotification,
  markDelivered,
} from '../../functions/monitor/incidents/when-to-notify.ts';
import type { Evaluation, EvaluationState } from '../../functions/monitor/thresholds/evaluate.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 10, 18, 12);

/** `B` breached, `.` ok, `?` too few to evaluate, `~` in doubt for another reason. */
type Sign = 'B' | '.' | '?' | '~';

function evaluationOf(sign: Sign, groups: readonly string[] = []): Evaluation {
  const state: EvaluationState = sign === 'B' ? 'breached' : sign === '.' ? 'ok' : 'insufficient';
  return {
    threshold: 'unmetered >= 10',
    state,
    value: sign === 'B' ? 12 : 2,
    limit: 10,
    operator: '>=',
    unit: 'events',
    severity: 'warning',
    groups: sign === 'B' ? groups.map((name) => ({ name, value: 12, events: 12 })) : [],
    reason: sign === '?' ? 'too few' : sign === '~' ? 'incomplete' : undefined,
  };
}

interface Options {
  readonly forMinutes?: number;
  readonly repeatMinutes?: number;
  /** Runs, by their number, that tell nothing. */
  readonly silent?: (run: number) => boolean;
  /** Runs whose messages are not delivered. */
  readonly undelivered?: (run: number) => boolean;
  readonly groups?: (run: number) => readonly string[];
}

interface Happened {
  readonly run: number;
  readonly decision: Decision;
}

/** A run every five minutes, one evaluation each; what was told, and the alert in the end. */
function play(
  signs: string,
  options: Options = {},
): { notified: Happened[]; alert: Alert | undefined } {
  let alert: Alert | undefined;
  const notified: Happened[] = [];
  let waiting: string | undefined;
  [...signs].forEach((sign, run) => {
    const at = START + run * 5 * MINUTE;
    const evaluation = evaluationOf(sign as Sign, options.groups?.(run));
    alert = advance(alert, evaluation, at, { ...AT_ONCE, forMinutes: options.forMinutes ?? 0 });
    const result = decideNotification(alert, {
      scheduledTime: at,
      repeatMs: (options.repeatMinutes ?? 240) * MINUTE,
      silent: options.silent?.(run) ?? false,
      waiting: waiting !== undefined,
    });
    alert = result.alert;
    if (result.decision) {
      notified.push({ run, decision: result.decision });
      waiting = result.decision.firing.alertId;
    }
    if (waiting !== undefined && !options.undelivered?.(run)) {
      alert = markDelivered(alert, waiting, at);
      waiting = undefined;
    }
  });
  return { notified, alert };
}

const kinds = (signs: string, options?: Options) =>
  play(signs, options).notified.map(({ run, decision }) => `${decision.kind}@${run}`);

const AT_ONCE: Patience = { forMinutes: 0, calmMs: 0, windowMsAt: () => HOUR };

describe('what is told, run by run', () => {
  test.each<[string, string, Options, string[]]>([
    ['nothing while all is well', '......', {}, []],
    ['a breach fires at once', '..B', {}, ['fired@2']],
    ['a breach that goes on is told once', '.BBBBB', {}, ['fired@1']],
    ['three ends that are ok resolve', 'B...', {}, ['fired@0', 'resolved@3']],
    ['two ends that are ok do not', 'B..', {}, ['fired@0']],
    ['a breach between starts over', 'B..B..', {}, ['fired@0']],
    ['doubt between neither counts nor starts over', 'B.~.~.', {}, ['fired@0', 'resolved@5']],
    ['doubt never resolves', 'B~~~~~~~~', {}, ['fired@0']],
    ['doubt never fires', '~~~?', {}, []],
    ['after its end it can fire again', 'B...B', {}, ['fired@0', 'resolved@3', 'fired@4']],
    ['for 15m waits for as long', 'BBBB', { forMinutes: 15 }, ['fired@3']],
    ['for 15m starts over after an ok', 'BBB.BBB', { forMinutes: 15 }, []],
    ['for 15m starts over after doubt', 'BBB~BBB', { forMinutes: 15 }, []],
    [
      'a reminder comes after its interval',
      'BBBBBBB',
      { repeatMinutes: 20 },
      ['fired@0', 'reminder@4'],
    ],
    [
      'reminders keep their distance',
      'BBBBBBBBB',
      { repeatMinutes: 20 },
      ['fired@0', 'reminder@4', 'reminder@8'],
    ],
    ['0 means no reminder', 'BBBBBBB', { repeatMinutes: 0 }, ['fired@0']],
    [
      'nobody is reminded of what is about to resolve',
      'BBBB...',
      { repeatMinutes: 20 },
      ['fired@0', 'resolved@6'],
    ],
    ['a reminder comes in doubt too', 'B~~~~', { repeatMinutes: 20 }, ['fired@0', 'reminder@4']],
    [
      'the interval counts from the delivery',
      'BBBBBBB',
      { repeatMinutes: 20, undelivered: (run) => run < 2 },
      ['fired@0', 'reminder@6'],
    ],
    [
      'nothing more while a message waits',
      'BBBBBBBBB',
      { repeatMinutes: 10, undelivered: () => true },
      ['fired@0'],
    ],
    ['silence keeps quiet', 'BBBB', { silent: () => true }, []],
    [
      'what still fires after the silence is told then',
      'BBBB',
      { silent: (run) => run < 3 },
      ['fired@3'],
    ],
    ['what fired and ended in silence is not told', 'B....', { silent: () => true }, []],
    [
      'the end of what was told is told in silence',
      'B...',
      { silent: (run) => run > 0 },
      ['fired@0', 'resolved@3'],
    ],
    [
      'an end whose delivery is not certain, and that fires again, is told anew',
      'B...B',
      { undelivered: (run) => run === 3 },
      ['fired@0', 'resolved@3', 'fired@4'],
    ],
    [
      'what was told before ends in silence, too',
      'B...B....',
      { undelivered: (run) => run === 3, silent: (run) => run > 3 },
      ['fired@0', 'resolved@3', 'resolved@7'],
    ],
    [
      'a day without enough traffic withdraws',
      `B${'?'.repeat(289)}`,
      { repeatMinutes: 0 },
      ['fired@0', 'withdrawn@289'],
    ],
    [
      'a day in doubt for other reasons does not',
      `B${'~'.repeat(300)}`,
      { repeatMinutes: 0 },
      ['fired@0'],
    ],
  ])('%s', (_, signs, options, expected) => {
    expect(kinds(signs, options)).toEqual(expected);
  });
});

describe('groups that join', () => {
  const grown = (run: number) => (run < 2 ? ['a'] : run < 4 ? ['a', 'b'] : ['a', 'b', 'c']);

  test('are announced once, and at most every thirty minutes', () => {
    expect(kinds('BBBBBBBBBBBB', { groups: grown })).toEqual(['fired@0', 'grew@6']);
  });

  test('are named together', () => {
    const { notified } = play('BBBBBBB', { groups: grown });
    expect(notified[1]?.decision.joined).toEqual(['b', 'c']);
  });

  test('that left and come back are not announced again', () => {
    const flapping = (run: number) => (run % 2 === 0 ? ['a', 'b'] : ['a']);
    expect(kinds('B'.repeat(30), { groups: flapping, repeatMinutes: 0 })).toEqual(['fired@0']);
  });
});

describe('groups with long names', () => {
  const long = (end: string) => 'x'.repeat(500) + end;

  test('are remembered by less than that', () => {
    const { alert } = play('B', { groups: () => [long('a')] });
    expect(alert?.firing?.groups[0]?.length).toBeLessThan(80);
  });

  test('are told apart', () => {
    const grown = (run: number) => (run < 2 ? [long('a')] : [long('a'), long('b')]);
    expect(kinds('BBBBBBBB', { groups: grown })).toEqual(['fired@0', 'grew@6']);
  });

  test('are ignored by their whole name', () => {
    const alert = play('B', { groups: () => [long('a')] }).alert as Alert;
    expect(ignoreGroups(alert, new Set([long('b')]), START).firing).toBeDefined();
    expect(ignoreGroups(alert, new Set([long('a')]), START).firing).toBeUndefined();
  });
});

test('where it has to be ok for longer, three ends are not enough, and a breach begins it anew', () => {
  const patience = { ...AT_ONCE, calmMs: 20 * MINUTE };
  let alert: Alert | undefined;
  const states = [...'B....B.....'].map((sign, index) => {
    alert = advance(alert, evaluationOf(sign as Sign), START + index * 5 * MINUTE, patience);
    return alert.state;
  });
  expect(states.slice(0, -1)).toEqual(Array.from({ length: 10 }, () => 'firing'));
  expect(states.at(-1)).toBe('ok');
});

describe('where windows differ in length', () => {
  /** The window of the first end is longer than those of the others. */
  const patience: Patience = {
    ...AT_ONCE,
    windowMsAt: (end) => (end === START ? 2 * HOUR : HOUR),
  };
  const statesOf = (signs: string, { windowMsAt }: Patience) => {
    let alert: Alert | undefined;
    return [...signs].map((sign, index) => {
      const end = START + index * 5 * MINUTE;
      alert = advance(alert, evaluationOf(sign as Sign), end, { ...patience, windowMsAt });
      return alert.state;
    });
  };

  test('what a long one showed is not over because shorter ones are ok', () => {
    expect(statesOf('B........', patience).at(-1)).toBe('firing');
  });

  test('one as long that is ok is proof', () => {
    const windowMsAt = (end: number) => ((end - START) % (25 * MINUTE) === 0 ? 2 * HOUR : HOUR);
    expect(statesOf('B.....', { ...patience, windowMsAt }).slice(-2)).toEqual(['firing', 'ok']);
  });

  test('so are very many that are shorter', () => {
    expect(statesOf(`B${'.'.repeat(24)}`, patience).slice(-2)).toEqual(['firing', 'ok']);
  });
});

test('evaluating the same end again with the same evaluation changes nothing', () => {
  for (const sign of ['B', '.', '?', '~'] as const) {
    const once = advance(play('B.').alert, evaluationOf(sign), START + 10 * MINUTE, AT_ONCE);
    expect(advance(once, evaluationOf(sign), START + 10 * MINUTE, AT_ONCE)).toEqual(once);
  }
});

test('an alert keeps its id from fired to resolved, and the next firing has another', () => {
  const ids = play('BB...B').notified.map(({ decision }) => decision.firing.alertId);
  expect(ids[0]).toBe(ids[1]);
  expect(ids[2]).not.toBe(ids[0]);
});

test('what was breached and ok again while nobody looked is told once, with its end', () => {
  let alert: Alert | undefined;
  [...'B...'].forEach((sign, index) => {
    alert = advance(alert, evaluationOf(sign as Sign), START + index * 5 * MINUTE, AT_ONCE);
  });
  const context = {
    scheduledTime: START + 60 * MINUTE,
    repeatMs: 0,
    silent: false,
    waiting: false,
  };
  const { decision } = decideNotification(alert as Alert, context);
  expect(decision).toMatchObject({ kind: 'fired', endedAt: START + 15 * MINUTE });
});

test('the peak is the value farthest beyond the limit, on whichever side that is', () => {
  const peakOf = (operator: '>=' | '<=', values: readonly number[]) => {
    let alert: Alert | undefined;
    values.forEach((value, index) => {
      const evaluation = { ...evaluationOf('B'), operator, value };
      alert = advance(alert, evaluation, START + index * 5 * MINUTE, AT_ONCE);
    });
    return alert?.firing?.peak;
  };
  expect(peakOf('>=', [12, 40, 11])).toBe(40);
  expect(peakOf('<=', [5, 1, 4])).toBe(1);
});

test('doubt of another kind does not make a day without traffic begin anew', () => {
  const day = [...Array(289).keys()].map((end) => (end % 50 === 49 ? '~' : '?')).join('');
  expect(kinds(`B${day}`, { repeatMinutes: 0 })).toEqual(['fired@0', 'withdrawn@289']);
});

describe('withdrawn', () => {
  const context = { scheduledTime: START, repeatMs: 0, silent: false, waiting: false };

  test('when its threshold is removed', () => {
    const { alert } = play('B');
    const { decision } = decideNotification(
      withdraw(alert as Alert, 'threshold removed', START),
      context,
    );
    expect(decision).toMatchObject({
      kind: 'withdrawn',
      reason: 'its threshold was removed or changed',
    });
  });

  test('when all its groups are ignored', () => {
    const { alert } = play('B', { groups: () => ['a', 'b'] });
    const { decision } = decideNotification(
      ignoreGroups(alert as Alert, new Set(['a', 'b']), START),
      context,
    );
    expect(decision).toMatchObject({
      kind: 'withdrawn',
      reason: 'all that it was about is ignored now',
    });
  });

  test('not when only some of them are', () => {
    const { alert } = play('B', { groups: () => ['a', 'b'] });
    expect(
      decideNotification(ignoreGroups(alert as Alert, new Set(['a']), START), context).decision,
    ).toBeUndefined();
  });

  test('not when nobody was told of it', () => {
    const { alert } = play('B', { silent: () => true });
    const gone = withdraw(alert as Alert, 'threshold removed', START);
    expect(decideNotification(gone, context)).toMatchObject({
      decision: undefined,
      alert: { ended: undefined },
    });
  });
});

describe('for any sequence of evaluations', () => {
  const signs = fc.array(fc.constantFrom<Sign>('B', '.', '?', '~'), { maxLength: 120 });
  const pattern = fc.array(fc.boolean(), { minLength: 1, maxLength: 7 });
  const options = fc.record({
    signs: signs.map((list) => list.join('')),
    forMinutes: fc.constantFrom(0, 0, 10),
    repeatMinutes: fc.constantFrom(0, 20, 60),
    silent: pattern,
    undelivered: pattern,
  });
  const playAny = (input: {
    signs: string;
    forMinutes: number;
    repeatMinutes: number;
    silent: boolean[];
    undelivered: boolean[];
  }) =>
    play(input.signs, {
      ...input,
      silent: (run) => input.silent[run % input.silent.length] ?? false,
      undelivered: (run) => input.undelivered[run % input.undelivered.length] ?? false,
    }).notified;

  test('nothing is resolved or withdrawn that was not told as fired', () => {
    fc.assert(
      fc.property(options, (input) => {
        const fired = new Set<string>();
        for (const { decision } of playAny(input)) {
          const { alertId } = decision.firing;
          if (decision.kind === 'fired') fired.add(alertId);
          else expect(fired.has(alertId)).toBe(true);
        }
      }),
    );
  });

  test('an alert is not fired twice without an end between', () => {
    fc.assert(
      fc.property(options, (input) => {
        let open = false;
        for (const { decision } of playAny(input)) {
          if (decision.kind === 'fired') {
            expect(open).toBe(false);
            open = decision.endedAt === undefined;
          } else if (decision.kind === 'resolved' || decision.kind === 'withdrawn') open = false;
        }
      }),
    );
  });

  test('reminders keep their distance', () => {
    fc.assert(
      fc.property(options, (input) => {
        let last = Number.NEGATIVE_INFINITY;
        for (const { run, decision } of playAny(input)) {
          if (decision.kind === 'reminder') {
            expect((run - last) * 5).toBeGreaterThanOrEqual(input.repeatMinutes);
          }
          last = run;
        }
      }),
    );
  });

  test('doubt neither fires nor resolves', () => {
    fc.assert(
      fc.property(options, (input) => {
        for (const { run, decision } of playAny(input)) {
          const sign = input.signs[run];
          // In doubt people may still be told of what was so before: after silence, or of a reminder.
          if (sign !== '?' && sign !== '~') continue;
          if (decision.kind === 'fired')
            expect(decision.firing.breachedAt).toBeLessThan(START + run * 5 * MINUTE);
          expect(decision.kind).not.toBe('resolved');
        }
      }),
    );
  });
});
