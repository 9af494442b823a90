import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ConditionalDeployment } from '../support/conditional-deployment.ts';
import { resourcesOf, standardTemplate } from './synthesized.ts';

const template = standardTemplate();
const operations = readFileSync('docs/operations.md', 'utf8');
const runbook = readFileSync('docs/runbook.md', 'utf8');
const both = `${operations}\n${runbook}`;

/** The paragraphs and lists about something, each on one line. */
const passagesOn = (words: RegExp): string =>
  both
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

  test('say that a subscription that nobody confirms is gone after three days', () => {
    expect(passagesOn(/confirm/i)).toMatch(/three days|3 days|72 hours/i);
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
    expect(operations).toMatch(/SubscriptionsMissing/);
    expect(operations).toMatch(/sns:GetTopicAttributes/);
  });

  test('describe the address for alarms, and why it is another one', () => {
    expect(passagesOn(/AlarmEmail/)).toMatch(/topic/);
    expect(operations).toMatch(/\| `AlarmEmail` \| empty \|/);
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

  test.each(alarms)('%s has a row in the operations, and a chapter in the runbook', (name) => {
    expect(operations).toContain(`| \`${name}\` |`);
    expect(runbook).toContain(`### \`${name}\``);
  });
});
