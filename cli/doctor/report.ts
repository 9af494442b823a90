import { counted } from '../../functions/monitor/text/text.ts';
import type { Paint, Style } from '../terminal.ts';
import { type Advice, adviceOf, resultOf } from './advice.ts';
import type { Answers, Finding } from './answers.ts';
import { type Expected, expectedSource } from './expected-source.ts';
import { findingOfClock } from './finding-of-clock.ts';
import { findingOfRequests } from './finding-of-requests.ts';
import { findingsOfAccess } from './findings-of-access.ts';
import { findingsOfListing } from './findings-of-listing.ts';
import { findingsOfMetrics } from './findings-of-metrics.ts';
import { listingFacts } from './listing-facts.ts';
import { type Volume, volumeOf } from './volume.ts';
import { findingsOfPromises } from './what-monitor-can-promise.ts';

/** Of the format of `--json`; it rises when a field changes its meaning or name. */
const JSON_VERSION = 1;

/** All that is said of one Togai. */
export interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly advice: Advice;
  readonly volume: Volume;
  readonly expected: Expected;
  readonly requests: number;
  readonly result: 'works' | 'reservation' | 'cannot';
}

/** @param ofSettings the findings of `findingsOfSettings` */
export function diagnose(answers: Answers, ofSettings: readonly Finding[] = []): Diagnosis {
  const facts = listingFacts(answers);
  const volume = volumeOf(answers, facts);
  const expected = expectedSource(answers, facts, volume);
  const shown = { answers, facts, volume, expected };
  const access = findingsOfAccess(answers);
  const isAnswered = answers.metrics !== undefined;
  const findings = [
    ...access,
    ...(isAnswered ? findingsOfListing(shown) : []),
    ...findingsOfMetrics(answers, facts),
    ...(isAnswered ? findingsOfPromises(shown) : []),
    ...ofSettings,
    findingOfClock(answers),
    ...(isAnswered ? [findingOfRequests(volume, expected)] : []),
  ];
  const advice = adviceOf(shown);
  const result = resultOf(findings, advice);
  return { findings, advice, volume, expected, requests: answers.requests, result };
}

const SIGNS: Readonly<Record<Finding['state'], readonly [sign: string, style: Style]>> = {
  ok: ['✓', 'green'],
  reservation: ['!', 'yellow'],
  failure: ['✗', 'red'],
  unknown: ['?', 'dim'],
};

/** A line for each finding, then the advice. */
export function doctorText(
  { findings, advice, requests }: Diagnosis,
  baseUrl: string,
  paint: Paint,
) {
  const lines = findings.map(({ state, text }) => {
    const [sign, style] = SIGNS[state];
    return `${paint(style, sign)} ${text}`;
  });
  const heading = paint('bold', `Togai at ${baseUrl} (${counted(requests, 'request')})`);
  return `${heading}\n\n${lines.join('\n')}\n\n${paint('bold', advice.text)}\n`;
}

/** One JSON object on one line. */
export function doctorJson(
  { findings, advice, volume, expected }: Diagnosis,
  baseUrl: string,
): string {
  const { listingPerDay, metricsPerDay } = volume;
  const requestsPerDay = { listing: listingPerDay ?? null, metrics: metricsPerDay ?? null };
  const isKnown = expected.source === 'listing' || expected.source === 'metrics';
  const result = {
    version: JSON_VERSION,
    baseUrl,
    findings,
    source: isKnown ? expected.source : null,
    advice: advice.text,
    requestsPerDay,
  };
  return `${JSON.stringify(result)}\n`;
}
