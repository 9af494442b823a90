import { describe, expect, test } from 'vitest';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import { CONTEXT, examples } from '../support/hostile-notification.ts';
import { chatText } from '../support/messages.ts';

const RUNBOOK = 'https://example.com/runbook';

describe('a message of the monitor itself', () => {
  const { broken, works, gap } = examples;
  const links = { ...CONTEXT, runbookUrl: RUNBOOK };

  test('says that monitoring is broken, since when, and what that means', () => {
    const { email } = renderMessage(broken, links);
    expect(email).toMatch(/^Monitoring is broken: Togai does not accept the token/);
    expect(email).toMatch(/^Since 6 Mar 10:25 UTC, just now\. Still going on\.$/m);
    expect(email).toContain(
      'All accounts (100%) are unwatched, longer with every minute. Until it works nobody is notified',
    );
    expect(email).toContain(`Steps and silence: ${RUNBOOK}`);
  });

  test('says that monitoring works again, even if nobody heard that it was broken', () => {
    const { subject } = renderMessage({ ...works, sequence: 1 }, links);
    expect(subject).toMatch(/^RESOLVED Monitoring works again/);
  });

  test('says that monitoring works again, and how long it did not', () => {
    const { email } = renderMessage(works, links);
    expect(email).toMatch(/^Monitoring works again since 6 Mar 14:40 UTC\./);
    expect(email).toContain('It was broken for 4 hours 15 minutes, 6 Mar 10:25 to 14:40 UTC.');
  });

  test('has the first line of a notice in its text if the title cuts it', () => {
    const long = `Silenced: ${'x'.repeat(120)}.`;
    const { email } = renderMessage({ ...gap, reason: `${long}\nMore.` }, links);
    expect(email.startsWith(long)).toBe(true);
  });

  test('has the next step of a failure among the next steps of a chat', () => {
    const { content } = JSON.parse(renderMessage(broken, links).chat);
    expect(content.nextSteps[0]).toBe('Put a new token into the secret TogaiToken.');
    expect(content.description).not.toContain('Put a new token');
  });

  test('says that the cause is not known where no event arrives', () => {
    const message = renderMessage(examples.nothingArrives, links);
    expect(message.email).toMatch(
      /^WHY {2}The cause is not known: .* Unusual: in the week before, .* The limit is three times that\.$/m,
    );
    expect(chatText(message)).toContain('Why: The cause is not known: ');
  });

  test('about a gap has its time and the steps, and no command that a stranger could own', () => {
    const { email, subject, sms } = renderMessage(gap, links);
    expect(subject).toContain(
      'Events not counted for 11 h 35 min, all accounts: 6 Mar 22:00 to 7 Mar 09:35 UTC',
    );
    expect(email).toMatch(
      /^All \(100%\) of the events of that time are uncounted\. Nobody knows how many, and how many of them are not billed\./m,
    );
    expect(email).toContain('counting goes on from 7 Mar 09:35 UTC.');
    expect(email).toContain('check --from 2026-03-06T22:00Z --to 2026-03-07T09:35Z');
    expect(sms).toMatch(
      /Events not counted for 11 h 35 min, all accounts: .* Why: not known\. Do: count that time by hand\.$/,
    );
    expect(email).toContain('Time: 6 Mar 22:00 to 7 Mar 09:35 UTC');
    expect(email).toContain(`Steps: ${RUNBOOK}`);
    expect(email).not.toContain('npx');
  });
});
