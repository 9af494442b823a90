import type { Sabotage } from './sabotages.ts';

const LOST = 'cli/lost';

/** Changes after which events are corrected that nobody asked for, or more than once. */
export const SABOTAGES_OF_REDO: readonly Sabotage[] = [
  {
    id: 'corrects-whole-accounts',
    what: 'a correction names no event, so that Togai corrects all events of the account',
    file: `${LOST}/correction.ts`,
    from: "  url.searchParams.set('id', event.referenceId);\n",
    to: '',
    caughtBy: { test: 'test/lost/redo-command.test.ts' },
  },
  {
    id: 'journal-after-the-request',
    what: 'the journal is written only when a correction has been sent',
    file: `${LOST}/redo-one-event.ts`,
    from: "  if (!(await journal.begin(event))) return { kind: 'unsure_before', why: '' };\n  const answered = await ports.redo(one);\n",
    to: "  const answered = await ports.redo(one);\n  if (!(await journal.begin(event))) return { kind: 'unsure_before', why: '' };\n",
    caughtBy: { test: 'test/lost/kill.test.ts' },
  },
  {
    id: 'unsure-sent-again',
    what: 'an event whose request has no known end is sent again by the next process',
    file: `${LOST}/journal.ts`,
    from: "    if (step === 'not_sent') this.#known.delete(key);",
    to: "    if (step === 'not_sent' || step === 'unsure') this.#known.delete(key);",
    caughtBy: { test: 'test/lost/kill.test.ts' },
  },
  {
    id: 'not-looked-up-before',
    what: 'an event is redone without a look at it just before',
    file: `${LOST}/redo-one-event.ts`,
    from: "  if (fate !== 'lost') return { kind: fate, why: '' };\n",
    to: '',
    caughtBy: { test: 'test/lost/redo-command.test.ts' },
  },
];
