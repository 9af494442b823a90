import { describe, expect, test } from 'vitest';
import { resourcesOf, standardTemplate } from '../infra/synthesized.ts';
import { ConditionalDeployment } from '../support/conditional-deployment.ts';
import { pageOf } from './pages.ts';

const template = standardTemplate();
const reference = pageOf('docs/reference.md');
const runbook = pageOf('docs/runbook.md');
const all = [pageOf('docs/channels.md'), pageOf('docs/deploy.md'), reference, runbook].join('\n');

/** The paragraphs and lists about something, each on one line. */
const passagesOn = (words: RegExp): string =>
  all
    .split(/\n(?=#)|\n\n+/)
    .map((passage) => passage.replaceAll(/\s+/g, ' '))
    .filter((passage) => words.test(passage))
    .join('\n');

describe('the docs on subscriptions', () => {
  test('say that link scanners unsubscribe people', () => {
    expect(passagesOn(/scan/i)).toMatch(/link.*unsubscrib|unsubscrib.*link/i);
  });

  test('say how to confirm so that no link unsubscribes anybody', () => {
    const confirming = passagesOn(/confirm-subscription/);
    expect(confirming).toMatch(/aws sns confirm-subscription/);
    expect(confirming).toMatch(/--authenticate-on-unsubscribe true/);
    expect(confirming).toMatch(/--token/);
  });

  test('say that a subscription that nobody confirms is gone after 48 hours', () => {
    expect(passagesOn(/confirm/i)).toMatch(/48 hours/);
  });

  test('say how to bring a lost subscription back: clear the parameter, deploy, set it again', () => {
    expect(passagesOn(/AlertEmail|subscription/)).toMatch(
      /(lost|unsubscribed|deleted|missing).*(clear|empty).*deploy.*(again|back)/i,
    );
    // A deployment alone repairs nothing: CloudFormation believes that the subscription is there.
    expect(passagesOn(/CloudFormation/)).toMatch(
      /(not|never) (re-?)?(create|make|bring|notice|know|see).*subscription|subscription.*(not|never) (re-?)?(create|make|bring|notice|know|see)/i,
    );
  });

  test('describe the check, its metric and its permission', () => {
    expect(reference).toMatch(/SubscriptionsMissing/);
    expect(reference).toMatch(/sns:GetTopicAttributes/);
  });

  test('describe the address for alarms, and why it is another one', () => {
    expect(passagesOn(/AlarmEmail/)).toMatch(/topic/);
    expect(reference).toMatch(/\| `AlarmEmail` \| .*Default: empty \|/);
  });

  test('say where Amazon Q logs messages that it could not show', () => {
    expect(passagesOn(/Amazon Q|Slack/)).toMatch(/\/aws\/chatbot\//);
  });
});

const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(({ Properties }) =>
  new ConditionalDeployment(template)
    .text(Properties.AlarmName)
    .replace('UnmeteredEventsMonitor-', ''),
);

describe('every alarm', () => {
  test('that is about deliveries and subscriptions is there to be described', () => {
    expect(alarms.length).toBeGreaterThanOrEqual(7);
  });

  test.each(alarms)('%s has a row in the reference, and a chapter in the runbook', (name) => {
    expect(reference).toContain(`| \`${name}\` |`);
    expect(runbook).toContain(`### \`${name}\``);
  });
});
