import type { RunPorts } from '../../functions/monitor/run.ts';

/**
 * The subscriptions of a topic, as a port of a run. The port is optional, because the command line has no topic.
 */
export interface FakeSubscriptions {
  /** How many the stack was deployed with. */
  readonly configured: number;
  /** How many SNS says are confirmed. */
  confirmed: number;
  /** The error of each answer; `undefined` for none. */
  failure: Error | undefined;
  /** How often SNS was asked. */
  asked: number;
  /** Beside the ports of a run. */
  readonly ports: Partial<RunPorts>;
}

export function fakeSubscriptions(configured: number, confirmed = configured): FakeSubscriptions {
  const fake: FakeSubscriptions = {
    configured,
    confirmed,
    failure: undefined,
    asked: 0,
    get ports(): Partial<RunPorts> {
      const subscriptions = {
        configured,
        countConfirmed(_signal: AbortSignal): Promise<number> {
          fake.asked++;
          return fake.failure ? Promise.reject(fake.failure) : Promise.resolve(fake.confirmed);
        },
      };
      return { subscriptions } as object as Partial<RunPorts>;
    },
  };
  return fake;
}
