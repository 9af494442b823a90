import { describe, expect, test } from 'vitest';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import { RUNBOOK_URL } from '../../functions/monitor/notifications/formats/message-settings.ts';
import { examples } from '../support/hostile-notification.ts';
import { chatText } from '../support/messages.ts';

const CONTEXT = { dashboardUrl: 'https://console.example.com/dashboard', runbookUrl: RUNBOOK_URL };

/** A phone of 390 x 844 shows so many lines below the subject, in a font of 15 pixels. */
const LINES = 30;
const COLUMNS = 46;

/** The first screen of a phone, as one line. */
function firstScreen(text: string): string {
  const lines = text.split('\n').flatMap((line) => wrapped(line));
  return lines.slice(0, LINES).join(' ');
}

/** Words that do not fit go to the next line; a link is broken where the line ends. */
function wrapped(line: string): string[] {
  const lines = [''];
  for (const word of line.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + 1 + word.length <= COLUMNS) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(...(word.match(new RegExp(`.{1,${COLUMNS}}`, 'g')) ?? ['']));
  }
  return lines;
}

const GOES_ON = ['opened', 'openedMany', 'escalated', 'changed', 'reminder'] as const;

/** The questions of somebody who was woken up. */
const QUESTIONS: readonly (readonly [question: string, answer: RegExp])[] = [
  ['what happened', /not billed|failed/],
  ['how many of how many, and what share', /[\d,]+ of [\d,]+ events.*\d%/],
  ['whose', /acme|25 accounts|globex/],
  ['since when', /[Ss]ince \d+ Mar \d\d:\d\d UTC, .* ago/],
  ['is it growing', /Steady|Growing|Falling/],
  ['why', /(WHY {1,2}|Why: )\S/],
  ['what now', /(DO +1\. |Next|Togai > |Ask the team)/],
  ['how to quiet it', /Stop its reminders: unmetered silence --incident \S+ --for 8h/],
];

describe.each(GOES_ON)('the first screen of a phone answers, where it is %s,', (name) => {
  const message = renderMessage(examples[name], CONTEXT);

  test.each(QUESTIONS)('in an email: %s', (_, answer) => {
    expect(firstScreen(message.email)).toMatch(answer);
  });

  test.each(QUESTIONS)('in a chat: %s', (_, answer) => {
    expect(firstScreen(chatText(message))).toMatch(answer);
  });
});

describe.each(['resolved', 'resolvedMany', 'beganAndEnded'] as const)(
  'the first screen of a phone answers, once it is over (%s),',
  (name) => {
    const message = renderMessage(examples[name], CONTEXT);

    test.each([
      ['who lost how many of how many', /Lost: [\d,]+ of [\d,]+ events/],
      ['from when to when', /\d Mar \d\d:\d\d to \d\d:\d\d UTC/],
      [
        'whether it is over',
        /No event lost since \d Mar \d\d:\d\d UTC.*Proof: (it|they) sent [\d,]+ events/,
      ],
      ['whether these events are on the bill', /These events are not billed yet\./],
      ['what to do', /([Rr]ecover them|Then recover the rest).*: +https/],
    ])('%s', (_, answer) => {
      expect(firstScreen(message.email)).toMatch(answer);
      expect(firstScreen(chatText(message))).toMatch(answer);
    });
  },
);

describe.each([
  'resolved',
  'resolvedMany',
  'beganAndEnded',
  'closed',
  'level',
  'broken',
  'works',
  'nothingArrives',
  'watching',
  'silence',
  'gap',
  'digest',
] as const)('the first screen of a phone answers in a few words (%s)', (name) => {
  const message = renderMessage(examples[name], CONTEXT);

  test.each([
    ['when', /\d (Feb|Mar) \d\d:\d\d|The week to/],
    ['why', /WHY {2}\S|Why: \S|by mira .*: load test|You get this once/],
    ['what now', /DO {3}\S|Do: \S|Nothing to do|https/],
    [
      'how to quiet it, or whether more messages come',
      /Stop its reminders|You get a message when the silence is over|No more messages|You get this once|Once a week/,
    ],
  ])('%s', (_, answer) => {
    expect(firstScreen(`${message.subject}\n${message.email}`)).toMatch(answer);
    expect(firstScreen(chatText(message))).toMatch(answer);
  });
});

test.each(['digest', 'watching'] as const)(
  'the details of a notice stand below its steps in an email: %s',
  (name) => {
    const { email } = renderMessage(examples[name], CONTEXT);
    expect(email).toMatch(/Do: [\s\S]*\n\nSteps: [\s\S]*\n\n(Billed late|Source): /);
  },
);

test('a closed incident says that its end is not known, who hears of it, and what proves it', () => {
  const message = renderMessage(examples.closed, CONTEXT);
  for (const text of [message.email, chatText(message)].map(firstScreen)) {
    expect(text).toContain('when the loss ends is not known.');
    expect(text).toContain('If it goes on, nobody is notified, unless another rule');
    expect(text).toContain('Check whether it is over (then a check shows no lost events)');
  }
});
