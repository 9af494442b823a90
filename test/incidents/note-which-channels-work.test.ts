import { describe, expect, test } from 'vitest';
import {
  type DeliveryState,
  noteDelivery,
} from '../../functions/monitor/incidents/note-which-channels-work.ts';
import { MINUTE_MS } from '../../functions/monitor/timeline/time.ts';

const START = Date.parse('2026-11-18T10:00:00Z');
const PROBLEM = 'SNS refused it';

/** Runs every five minutes: for each channel, whether its messages arrive. A channel that is left out has none. */
function run(
  runs: readonly Readonly<Record<string, boolean>>[],
  channels = ['sns', 'events'],
): string | undefined {
  const first: DeliveryState = { failures: {} };
  const last = runs.reduce((state, reached, index) => {
    const tried = new Map(
      Object.entries(reached).map(([name, works]) => [name, works ? undefined : PROBLEM]),
    );
    const waiting = channels.filter((name) => name in reached || index < runs.length - 1);
    return noteDelivery(state, tried, waiting, START + 5 * index * MINUTE_MS);
  }, first);
  return last.failures.delivery?.failure?.what;
}

const BROKEN = [{ sns: false }, { sns: false }, { sns: false }, { sns: false }];

describe('the end of a failure to deliver says', () => {
  test('that messages reach every channel again, if they do', () => {
    expect(run([...BROKEN, { sns: true, events: true }])).toMatch(
      /" is over\. Messages reach every channel again, after 20 min\.$/,
    );
  });

  test('which channel works again, and that another one does not', () => {
    const what = run([...BROKEN, { sns: true, events: false }]);
    expect(what).not.toContain('every channel');
    expect(what).toMatch(
      /Messages reach the channel sns again, after 20 min\. Messages do not reach the channel events since 2026-11-18 10:20 UTC \(.*\): SNS refused it\. Each run tries again\. Look whether the channel still exists, .*$/,
    );
  });

  test('that nobody knows whether a channel works, if nothing waits for it any more', () => {
    const what = run([...BROKEN, {}]);
    expect(what).toMatch(
      /No message waits for the channel sns any more, after 20 min\. Nobody knows whether messages would reach it\.$/,
    );
  });
});
