import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import type { Notification } from '../../functions/monitor/notifications/notification.ts';
import { anyCharacter } from '../support/any-character.ts';
import { CONTEXT, examples, hostile, limitsHold, opened } from '../support/hostile-notification.ts';

test('a title in a chat has shorter names where escaping makes it long, and its numbers', () => {
  const { content, metadata } = JSON.parse(renderMessage(hostile('&'.repeat(40)), CONTEXT).chat);
  expect(content.title).toMatch(/&amp;\.\.\.: 1,000,000 of 1,009,000 events /);
  expect(metadata.summary.length).toBeLessThanOrEqual(150);
});

test('a reason in a chat is cut and not left out if escaping makes it too long', () => {
  const { broken } = examples;
  const { chat } = renderMessage({ ...broken, reason: '<'.repeat(900) }, CONTEXT);
  expect(JSON.parse(chat).content.description).toMatch(/(&lt;){500,}…$/);
});

describe('the JSON for machines', () => {
  test('is safe on a terminal, and its values are unchanged', () => {
    const name = 'a\u009b2J\u202e\u2028\uffff';
    const { json } = renderMessage(hostile(name), CONTEXT);
    expect(json).toContain('a\\u009b2J\\u202e\\u2028\\uffff');
    expect(JSON.parse(json).accounts[0].name).toBe(name);
  });

  test('has shorter names if the message would be too large for SNS', () => {
    const name = '\ud800'.repeat(120);
    const { json } = renderMessage(hostile(name, 25), CONTEXT);
    expect(Buffer.byteLength(JSON.stringify(json))).toBeLessThanOrEqual(40_000);
    const { summary, at } = JSON.parse(json);
    expect(summary.topAccounts[0].name).toBe(`${'\ud800'.repeat(59)}…`);
    expect(at).toBe(new Date(opened.at).toISOString());
  });
});

describe('hostile text from events', () => {
  const TEXTS: readonly [name: string, text: string][] = [
    ['a mention of everybody', '<!channel> <@U123> @here'],
    ['Slack formatting', '*bold* _it_ ~no~ `code` ```block```'],
    ['links', 'https://evil.example <https://evil.example|click> [x](https://evil.example)'],
    ['line breaks and headers', 'a\r\nBcc: all@example.com\r\n\r\nbody'],
    ['right-to-left marks', 'abc\u202e\u2066cba\u200f'],
    ['emoji', '🚕'.repeat(300)],
    ['512 characters', 'x'.repeat(512)],
    ['512 wide characters', '株'.repeat(512)],
    ['lone surrogates', '\ud800\udc00\ud800x\udfff'],
    ['nulls and escapes', '\u0000\u001b[31m\u009b'],
    ['quotes and backslashes', '"\\"}{"'.repeat(80)],
    ['combining marks', `a${'\u0301'.repeat(500)}`],
    ['the characters that need most room in JSON', '\u{10fffd}'.repeat(300)],
    ['nothing', ''],
  ];

  test.each(TEXTS)('stays within the limits and breaks no format: %s', (_, text) => {
    limitsHold(hostile(text));
    limitsHold(hostile(text, 3));
    limitsHold(hostile(text, 25));
    limitsHold({ ...hostile(text, 25), kind: 'changed' });
    limitsHold({ ...hostile(text), kind: 'resolved' });
    limitsHold(asLevel(hostile(text)));
  });

  test('stays within the limits: any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 600 }), (text) => {
        limitsHold(hostile(text, 3));
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['a mention of everybody', '<!channel>', '&lt;!channel&gt;'],
    ['a mention by a sign', '@here', '@\u200bhere'],
    ['bold text', '*bold*', '\u200b*bold\u200b*'],
    ['italic text', '_it_', '\u200b_it_'],
    ['code', '`code`', '\u200b`code\u200b`'],
    ['a link', 'https://evil.example', 'https\u200b://evil\u200b.example'],
    ['a link without a protocol', 'evil.example', 'evil\u200b.example'],
    ['a link of Markdown', '[x](//e)', '[x]\u200b(//e)'],
    ['an emoji that looks like an end', ':white_check_mark:', ':\u200bwhite_check_mark:'],
    ['an ordinary name', 'acme_eu-1', 'acme_eu-1'],
  ])('reaches a chat as text: %s', (_, name, expected) => {
    const { content } = JSON.parse(renderMessage(hostile(name), CONTEXT).chat);
    expect(content.title).toContain(` ${expected}: `);
    const { description } = JSON.parse(renderMessage(hostile(name, 25), CONTEXT).chat).content;
    expect(description).toContain(`${expected} 40,000`);
  });

  test('is marked where it was cut', () => {
    const { chat } = renderMessage(hostile('&'.repeat(500), 3), CONTEXT);
    expect(JSON.parse(chat).content.description).toMatch(/Cut; the email says more/);
  });
});

/** The same facts as those of a share of events by account. */
function asLevel(notification: Notification): Notification {
  const { about } = notification;
  return about ? { ...notification, about: { ...about, nature: 'level' } } : notification;
}
