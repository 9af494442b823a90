import { describe, expect, test } from 'vitest';
import {
  type FailureState,
  noteFailure,
} from '../../functions/monitor/incidents/monitor-failures.ts';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import { incidentNotification } from '../../functions/monitor/notifications/incident-notification.ts';
import { examples } from '../support/hostile-notification.ts';

const LINKS = { dashboardUrl: '', runbookUrl: 'https://example.com/r' };
const WORKING: FailureState = { failures: {} };
const HEARD = {
  isWhole: false,
  accounts: new Set<string>(),
  silences: [],
  acknowledgedBy: undefined,
  silencedTo: undefined,
  isSilenced: false,
};
const { broken, nothingArrives } = examples;
const emailOf = (reason: string) => renderMessage({ ...broken, reason }, LINKS).email;

describe('an email that monitoring is broken', () => {
  test('has the next step apart from the cause', () => {
    const { email } = renderMessage(broken, LINKS);
    expect(email).toMatch(
      /^WHY {2}Usage events .* Togai does not accept the token\. .* in 30 minutes\.$/m,
    );
    expect(email).toMatch(/^DO {3}1\. Put a new token into the secret TogaiToken\.$/m);
    expect(email).toMatch(/^ {5}2\. Steps and silence: https:\/\/example\.com\/r$/m);
  });

  test('takes the last step of several', () => {
    expect(emailOf('It fails. One refused; ask A. Another refused; ask B')).toMatch(
      /^WHY {2}One refused; ask A\. Another refused\.\nDO {3}1\. Ask B\.$/m,
    );
  });

  test('has the steps of the runbook alone where the cause names none', () => {
    expect(emailOf('It fails. Nobody knows why; it was never seen.')).toMatch(
      /^WHY {2}Nobody knows why; it was never seen\.\nDO {3}Steps and silence: https/m,
    );
  });
});

test('only a failure of runs says that no account is watched', () => {
  const keys = [
    'run',
    'settings',
    'size',
    'grouping',
    'sources',
    'storage',
    'delivery',
    'arrivals',
  ] as const;
  const blind = keys.filter((key) => {
    const noted = noteFailure(WORKING, key, { at: 0, what: 'It fails.', cause: '' });
    const incident = noted.failures[key];
    if (!incident) throw new Error(`${key} is no failure`);
    const part = { ...HEARD, incident };
    const need = { kind: 'opened', reason: 'It fails.' } as const;
    const { email } = renderMessage(
      incidentNotification(part, need, undefined, 0, undefined),
      LINKS,
    );
    return email.includes('unwatched');
  });
  expect(blind).toEqual(['run']);
});

describe('where no event arrives, nobody reads that monitoring is broken', () => {
  test('as long as it lasts', () => {
    const { subject, email, chat } = renderMessage(nothingArrives, LINKS);
    expect(subject).toMatch(/^CRITICAL No event arrives since 19:10 UTC: /);
    expect(`${email}${chat}`).not.toMatch(/broken/i);
  });

  test('and once it is over', () => {
    const { failure, at } = nothingArrives;
    const over = { ...nothingArrives, kind: 'resolved', failure: { ...failure, endedAt: at } };
    const { subject, email } = renderMessage(over as typeof nothingArrives, LINKS);
    expect(subject).toBe('RESOLVED Events arrive again: none came 19:10-21:40 UTC');
    expect(email).toMatch(/^No event came for 2 hours 30 minutes, 5 Mar 19:10 to 21:40 UTC\.$/m);
  });
});
