import { QUOTA } from '../../functions/monitor/settings/all-settings.ts';
import { formatCount } from '../../functions/monitor/text/text.ts';
import type { Finding } from './answers.ts';
import type { Expected } from './expected-source.ts';
import { DEFAULT_RATE, PER_LOOK, QUIET_LOOKS_PER_DAY, type Volume } from './volume.ts';

/** The size of the traffic, the requests that the source takes for it, and whether the rates suffice. */
export function findingOfRequests(volume: Volume, expected: Expected): Finding {
  const id = 'requests';
  const { eventsPerHour, isEstimate } = volume;
  if (eventsPerHour === undefined) {
    const text = 'How many events an hour has, and so how many requests a day takes, is not known.';
    return { id, state: 'unknown', text };
  }
  const events = `${isEstimate ? 'About ' : ''}${formatCount(eventsPerHour)} events an hour`;
  switch (expected.source) {
    case 'metrics':
      return { id, state: 'ok', text: `${events}: ${looksTake(volume)}` };
    case 'listing':
      return ofListing(events, volume, expected);
    case 'none':
    case 'unknown':
      return {
        id,
        state: 'unknown',
        text: `${events}, and no source that is known to count them.`,
      };
  }
}

function looksTake({ metricsPerDay = 0 }: Volume): string {
  const { quiet, lossy, hourlyLossy } = PER_LOOK;
  return `Togai metrics take ${quiet} request a run, up to ${lossy} while events are lost, up to ${hourlyLossy} once an hour. That is ${QUIET_LOOKS_PER_DAY} to ${formatCount(metricsPerDay)} requests a day, at any volume.`;
}

function ofListing(events: string, volume: Volume, { metricsProblem }: Expected): Finding {
  const id = 'requests';
  const { listingPerDay = 0, listingPerSecond = 0 } = volume;
  const looks = metricsProblem ? '' : `, and looks at Togai metrics take ${QUIET_LOOKS_PER_DAY}`;
  const takes = `${events}: listing takes up to ${formatCount(listingPerDay)} requests a day${looks}.`;
  if (listingPerSecond <= DEFAULT_RATE) return { id, state: 'ok', text: takes };
  const needed = `While it counts, listing needs ${formatCount(Math.ceil(listingPerSecond))} a second`;
  const limits = `more than the default rate of ${DEFAULT_RATE}, and within the quota of ${QUOTA}`;
  return { id, state: 'reservation', text: `${takes} ${needed}: ${limits}.` };
}
