import { readFileSync } from 'node:fs';
import type { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSnsChannel } from '../../functions/monitor/notifications/delivery/sns-channel.ts';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import { renderPlainLine } from '../../functions/monitor/notifications/formats/plain-line.ts';
import { DASHBOARD, message, notification, RUNBOOK } from './any-message.ts';
import { holdsAlways } from './cases.ts';
import { BREAKS_LINES } from './texts.ts';

const signal = new AbortController().signal;
const COST = 40;

const validate = new Ajv({ strict: true, formats: { 'date-time': true } }).compile(
  JSON.parse(readFileSync(new URL('../../docs/notification.schema.json', import.meta.url), 'utf8')),
);

/** Every text in a JSON value, keys included. */
function textsIn(json: unknown): string[] {
  if (typeof json === 'string') return [json];
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([key, value]) => [key, ...textsIn(value)]);
}

describe('for any texts from outside,', () => {
  test('a subject is one line of ASCII, under 100 characters', () =>
    holdsAlways(
      fc.property(message, ([notified, links]) => {
        expect(renderMessage(notified, links).subject).toMatch(/^[A-Z][\x20-\x7e]{0,98}$/);
      }),
      COST,
    ));

  test('a text message is one line of ASCII that one message holds', () =>
    holdsAlways(
      fc.property(message, ([notified, links]) => {
        expect(renderMessage(notified, links).sms).toMatch(/^[\x20-\x7e]{1,148}$/);
      }),
      COST,
    ));

  test('an email holds nothing that moves, hides or breaks text, and is not too long to read', () =>
    holdsAlways(
      fc.property(message, ([notified, links]) => {
        const { email } = renderMessage(notified, links);
        expect(email).not.toMatch(/[^\P{C}\n\p{Cn}]|\p{Zl}|\p{Zp}/u);
        expect(Array.from(email).length).toBeLessThanOrEqual(8_050);
      }),
      COST,
    ));

  test('Slack gets the custom notification of Amazon Q, within the limits of Slack', () =>
    holdsAlways(
      fc.property(message, ([notified, links]) => {
        const chat = JSON.parse(renderMessage(notified, links).chat);
        expect(chat).toMatchObject({
          version: '1.0',
          source: 'custom',
          id: notified.id,
          content: { textType: 'client-markdown' },
          metadata: { threadId: notified.incidentId ?? notified.id },
        });
        const { title, description, nextSteps } = chat.content;
        expect(title.length).toBeLessThanOrEqual(170);
        expect(chat.metadata.summary.length).toBeLessThanOrEqual(150);
        expect(description.length).toBeLessThanOrEqual(2_500);
        expect(Math.max(0, ...nextSteps.map((step: string) => step.length))).toBeLessThan(2_500);
      }),
      COST,
    ));

  test('Slack gets something to read', () =>
    holdsAlways(
      fc.property(message, ([notified, links]) => {
        const { description } = JSON.parse(renderMessage(notified, links).chat).content;
        const said = notified.reason.trim() === '' ? /^/ : /^(?!\nCut)./;
        expect(description).toMatch(said);
      }),
      COST,
    ));

  test('only the texts of this monitor mention, link or format in Slack', () =>
    holdsAlways(
      fc.property(message, ([notified, links]) => {
        const chat = JSON.parse(renderMessage(notified, links).chat);
        for (const text of textsIn(chat)) {
          const own = text
            .replace(RUNBOOK.replace('&', '&amp;'), '')
            .replace(DASHBOARD, '')
            // An invisible space keeps these apart from the character before them.
            .replace(/\u200b(?:[*_~`(]|:\/\/|\.)|@\u200b/g, '');
          expect(own).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/);
          expect(own).not.toMatch(/[*~`@]|:\/\/|(?<![A-Za-z0-9])_|\]\(/);
        }
      }),
      COST,
    ));

  test('no text in Slack holds controls, halves of characters or foreign line breaks', () =>
    holdsAlways(
      fc.property(message, ([notified, links]) => {
        const { content, ...rest } = JSON.parse(renderMessage(notified, links).chat);
        const lines = content.description.split('\n');
        for (const text of textsIn([rest, { ...content, description: lines }])) {
          expect(text).not.toMatch(BREAKS_LINES);
        }
      }),
      COST,
    ));

  test('machines get the JSON that its schema describes', () =>
    holdsAlways(
      fc.property(message, ([notified, links]) => {
        const json = JSON.parse(renderMessage(notified, links).json);
        validate(json);
        expect(validate.errors ?? []).toEqual([]);
      }),
      COST,
    ));

  test('machines get the JSON on one line that is safe on a terminal', () =>
    holdsAlways(
      fc.property(message, ([notified, links]) => {
        expect(renderMessage(notified, links).json).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }),
      COST,
    ));

  test('machines get whole names, or in a large message their beginnings', () =>
    holdsAlways(
      fc.property(message, ([notified, links]) => {
        const { json } = renderMessage(notified, links);
        const { summary, accounts } = JSON.parse(json);
        const given = [
          ...accounts,
          ...(summary?.topAccounts ?? []),
          ...(summary?.topSchemas ?? []),
        ];
        const { about } = notified;
        const known = about
          ? [...about.accounts, ...about.summary.topAccounts, ...about.summary.topSchemas]
          : [];
        expect(given).toHaveLength(known.length);
        for (const [index, { name }] of given.entries()) {
          const whole = known[index]?.name ?? '';
          if (json.length < 6_000) expect(name).toBe(whole);
          else expect(whole.startsWith(name.replace(/…$/, ''))).toBe(true);
        }
      }),
      COST,
    ));

  test('SNS takes the whole message', async () => {
    await holdsAlways(
      fc.asyncProperty(message, async ([notified, links]) => {
        const sent: PublishCommand[] = [];
        const client = { send: async (command: PublishCommand) => sent.push(command) };
        const channel = createSnsChannel(client as unknown as SNSClient, 'topic');
        await channel.publish(renderMessage(notified, links), signal);
        const { Message, Subject, MessageAttributes } = sent[0]?.input ?? {};
        const attributes = JSON.stringify(MessageAttributes);
        const bytes = [Message, Subject, attributes].map((text) => Buffer.byteLength(text ?? ''));
        expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(256 * 1024);
      }),
      COST,
    );
  });

  test('the plain text, for a message that SNS refuses, is one line of ASCII, and JSON for those who parse it', () =>
    holdsAlways(
      fc.property(notification, (notified) => {
        const { email, chat, json, sms } = renderPlainLine(notified);
        expect(sms).toBe(email);
        expect(email).toMatch(/^[\x20-\x7e]{1,250}$/);
        expect(JSON.parse(chat)).toMatchObject({ version: '1.0', source: 'custom' });
        expect(validate(JSON.parse(json)), JSON.stringify(validate.errors) + json).toBe(true);
      }),
      COST,
    ));
});
