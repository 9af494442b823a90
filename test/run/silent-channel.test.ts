import { describe, expect, test } from 'vitest';
import type { RenderedMessage } from '../../functions/monitor/notifications/formats/message.ts';
import type { Channel } from '../../functions/monitor/ports.ts';
import { metricsOf } from '../../functions/monitor/run-report.ts';
import { at, monitorWith, type TestMonitor } from '../support/monitor.ts';
import { traffic } from '../support/traffic.ts';

interface Said {
  readonly kind: string;
  readonly failure: string | null;
  readonly at: string;
  readonly reason: string;
}

/** A channel that is down from one time of the test day to another. */
function channel(monitor: TestMonitor, name: string, [from, to]: readonly [string, string]) {
  const said: Said[] = [];
  const publish = ({ json }: RenderedMessage) => {
    const now = monitor.clock.now();
    if (now >= at(from) && now < at(to)) return Promise.reject(new Error(`${name} is down.`));
    said.push(JSON.parse(json) as Said);
    return Promise.resolve();
  };
  return { name, said, publish };
}

const NEVER = ['00:00', '00:00'] as const;

/** All about failures of the monitor: kind, time and text. */
const brokenIn = ({ said }: { readonly said: readonly Said[] }) =>
  said
    .filter(({ failure }) => failure === 'cannot_deliver')
    .map((one) => [one.kind, one.at.slice(11, 16)]);

/** Runs every five minutes from 09:10 on. From 10:00 to 10:30 nothing is metered. */
async function live(
  channels: (monitor: TestMonitor) => readonly Channel[],
  last = '11:30',
  thresholds?: string,
): Promise<TestMonitor> {
  const monitor = monitorWith(
    traffic('09:00', '13:00', { from: '10:00', to: '10:30' }),
    thresholds,
  );
  const all = channels(monitor);
  for (let time = at('09:10'); time <= at(last); time += 300_000) {
    await monitor.runAt(time, { channels: all });
  }
  return monitor;
}

async function two(down: readonly [string, string], last?: string) {
  let silent: ReturnType<typeof channel> | undefined;
  let other: ReturnType<typeof channel> | undefined;
  const monitor = await live((live) => {
    silent = channel(live, 'events', down);
    other = channel(live, 'sns', NEVER);
    return [silent, other];
  }, last);
  if (!silent || !other) throw new Error('no channels');
  return { monitor, silent, other };
}

describe('a run that finished has succeeded', () => {
  /** `RunSucceeded` of a run that has a critical message for each channel. @param down the channels that are down */
  async function succeeded(names: readonly string[], down: readonly string[]) {
    const monitor = monitorWith(
      traffic('09:00', '13:00', { from: '10:00', to: '10:30' }),
      'unmetered >= 10 critical',
    );
    const channels = names.map((name) => ({
      ...channel(monitor, name, down.includes(name) ? ['00:00', '23:00'] : NEVER),
      forPrograms: name === 'events',
      criticalOnly: name === 'pager',
    }));
    await monitor.runAt('09:10', { channels });
    const result = await monitor.runAt('10:10', { channels });
    return metricsOf(result).find(({ name }) => name === 'RunSucceeded')?.value;
  }

  test.each([
    ['all channels work', ['sns', 'events', 'pager'], [], 1],
    ['a bus is broken, and the topic works', ['sns', 'events'], ['events'], 1],
    ['a pager is broken, and the topic works', ['sns', 'pager'], ['pager'], 1],
    ['the topic is broken, and a pager works', ['sns', 'pager'], ['sns'], 1],
  ])('where %s', async (_, names, down, value) => {
    expect(await succeeded(names, down)).toBe(value);
  });

  test.each([
    ['its only channel is broken', ['sns'], ['sns'], 0],
    ['a bus alone works: perhaps nobody reads it', ['sns', 'events'], ['sns'], 0],
  ])('but not where %s', async (_, names, down, value) => {
    expect(await succeeded(names, down)).toBe(value);
  });
});

describe('a channel that gets nothing for a quarter of an hour', () => {
  // The incident opens at 10:10.
  const down = ['10:00', '11:00'] as const;

  test('is told in the other one, once', async () => {
    const { other } = await two(down);
    expect(brokenIn(other)).toEqual([
      ['opened', '10:30'],
      ['resolved', '11:00'],
    ]);
  });

  test('hears of it in one message when it works again', async () => {
    const { silent } = await two(down);
    expect(brokenIn(silent)).toEqual([['resolved', '11:00']]);
  });

  test('is named with the time and the reason', async () => {
    const { other } = await two(down);
    expect(other.said.find(({ kind, failure }) => kind === 'opened' && failure)?.reason).toBe(
      'Messages do not reach the channel events since 2026-11-18 10:10 UTC (15 min, 4 runs): events is down. Each run tries again. Look whether the channel still exists, and whether the function may publish to it.',
    );
  });

  test('reads how long it got nothing', async () => {
    const { silent } = await two(down);
    expect(silent.said[0]?.reason).toBe(
      'Messages could not be delivered here from 2026-11-18 10:10 to 2026-11-18 11:00 UTC (50 min): events is down. Messages that still hold come now.',
    );
  });

  test('leaves no trace in the state', async () => {
    const { monitor } = await two(down);
    const { failures, silentChannels } = (await monitor.store.readState()) ?? {};
    expect([failures, silentChannels]).toEqual([{}, {}]);
  });
});

test('a channel that is down for ten minutes is no failure', async () => {
  const { silent, other } = await two(['10:10', '10:20']);
  expect([brokenIn(silent), brokenIn(other)]).toEqual([[], []]);
});

test('a channel that is down while there is nothing to say is no failure', async () => {
  const { silent, other } = await two(['09:00', '10:00']);
  expect([brokenIn(silent), brokenIn(other)]).toEqual([[], []]);
});

describe('a pager that is down until the incident is over', () => {
  /** There is no page of an end whose beginning nobody was paged of. */
  async function withPager() {
    let topic: ReturnType<typeof channel> | undefined;
    const monitor = await live(
      (live) => {
        topic = channel(live, 'sns', NEVER);
        return [topic, { ...channel(live, 'pager', ['10:00', '13:00']), criticalOnly: true }];
      },
      '12:00',
      'unmetered >= 10 critical',
    );
    return { monitor, said: topic?.said ?? [] };
  }

  test('is a failure no longer than a page waits for it', async () => {
    const { said } = await withPager();
    // The incident is over at 10:50.
    expect(brokenIn({ said })).toEqual([
      ['opened', '10:30'],
      ['resolved', '10:55'],
    ]);
  });

  test('is not said to work again', async () => {
    const { said } = await withPager();
    expect(said.find(({ kind, failure }) => kind === 'resolved' && failure)?.reason).toContain(
      'No message waits for the channel pager any more, after 40 min. Nobody knows whether messages would reach it.',
    );
  });

  test('leaves no trace that would make a later failure look longer', async () => {
    const { monitor } = await withPager();
    expect((await monitor.store.readState())?.silentChannels).toEqual({});
  });
});

test('a page that arrives in the moment in which all channels work again is closed', async () => {
  let pager: ReturnType<typeof channel> | undefined;
  await live((live) => {
    pager = channel(live, 'pager', ['10:00', '11:00']);
    const others = ['sns', 'events'].map((name) => channel(live, name, ['10:00', '11:00']));
    return [...others, { ...pager, criticalOnly: true }];
  });
  expect(pager && brokenIn(pager)).toEqual([
    ['opened', '11:00'],
    ['resolved', '11:00'],
  ]);
});

test('the only channel hears of it when it works again', async () => {
  let only: ReturnType<typeof channel> | undefined;
  await live((monitor) => {
    only = channel(monitor, 'sns', ['10:00', '11:00']);
    return [only];
  });
  expect(only?.said.map(({ kind, failure }) => [kind, failure])).toEqual([
    ['resolved', 'cannot_deliver'],
    ['resolved', null],
  ]);
});

test('two channels that are down together each hear of it', async () => {
  const all: ReturnType<typeof channel>[] = [];
  await live((monitor) => {
    all.push(channel(monitor, 'sns', ['10:00', '11:00']));
    all.push(channel(monitor, 'events', ['10:00', '11:20']));
    return all;
  });
  expect(all.map(brokenIn)).toEqual([
    [
      ['resolved', '11:00'],
      ['opened', '11:00'],
      ['resolved', '11:20'],
    ],
    [['resolved', '11:20']],
  ]);
});

test('a run that dies after the message arrived does not send it again', async () => {
  const { monitor, silent, other } = await two(['10:00', '11:00'], '10:55');
  let isKilled = false;
  monitor.onStep = (step) => {
    if (silent.said.length > 0 && step === 'after writeState') {
      isKilled = true;
      throw new Error('killed');
    }
  };
  await monitor.runAt('11:00', { channels: [silent, other] }).catch(() => {});
  monitor.onStep = () => {};
  await monitor.runAt('11:05', { channels: [silent, other] });
  expect([isKilled, brokenIn(silent).length]).toEqual([true, 1]);
});
