import { LEAST_CALM_MS } from '../../../functions/monitor/incidents/when-loss-ends.ts';
import { RUNBOOK_URL } from '../../../functions/monitor/notifications/formats/message-settings.ts';
import { counted } from '../../../functions/monitor/text/text.ts';
import type { Threshold } from '../../../functions/monitor/thresholds/threshold.ts';
import { durationInWords, formatDuration } from '../../../functions/monitor/timeline/duration.ts';
import { shortTime } from '../../../functions/monitor/timeline/time.ts';
import type { ComparedSet } from '../compare-rule-sets.ts';
import { type PageHeader, unpackPage } from '../page-data.ts';
import { printRules } from '../suggest.ts';
import { DeployBox } from './deploy-box.ts';
import { element } from './dom.ts';
import { IncidentList } from './incident-list.ts';
import { LimitsView } from './limits-view.ts';
import { NamesTable } from './names-table.ts';
import { NumbersTable } from './numbers-table.ts';
import { ComputingThread } from './thread.ts';
import { unzip } from './unzip.ts';

/** The name of the limits that are moved. */
const MOVED = 'chosen';

const FAILED = 'This browser cannot evaluate the limits. Open the page in a newer one.';

/** Reads the data that the page brings along, and shows it. */
export async function openPage(): Promise<void> {
  const packed = await unzip(textOf('data'));
  const data = unpackPage(packed);
  const { header } = data;
  const numbers = new NumbersTable(header);
  const deploy = new DeployBox(header.stack);
  const incidents = new IncidentList();
  const names = new NamesTable();
  const show = (set: ComparedSet) => {
    const isNewest = printRules(set.rules) === printRules(limits.rules);
    numbers.show(set, isNewest);
    limits.showIncidents(set);
    incidents.show(set);
    if (isNewest) thread.askLater([...limits.rulesWithoutNumbers(), ...names.questions()]);
  };
  const thread = new ComputingThread(
    textOf('program'),
    { page: packed, counts: textOf('counts') },
    (answer) => {
      if (answer.kind === 'names') names.show(answer.accounts, answer.schemas);
      else if (answer.kind === 'alone') limits.showAlone(answer.rule, answer.numbers);
      // Limits that came back to a known set are shown already.
      else if (!knownSet(header, limits.rules)) show(answer.set);
    },
    () => document.body.prepend(element('p', { role: 'alert' }, FAILED)),
  );
  const limits = new LimitsView(data, (rules) => {
    deploy.show(rules);
    const known = knownSet(header, rules);
    if (known) return show({ ...known, name: MOVED });
    numbers.wait();
    thread.evaluate(rules, MOVED);
  });
  const side = element('aside', {}, limits.sets, numbers.element, deploy.element);
  const main = element('main', {}, aboutBands(), limits.element, incidents.element, names.element);
  document.body.prepend(headOf(header), element('div', { class: 'columns' }, side, main));
  document.body.append(numbers.bar);
  const [first] = header.sets;
  if (first) limits.take(first);
}

function knownSet({ sets }: PageHeader, rules: readonly Threshold[]): ComparedSet | undefined {
  return sets.find((set) => printRules(set.rules) === printRules(rules));
}

function headOf({ range, source, note, events, pieces, missingMs, windowMs }: PageHeader) {
  const length = formatDuration(range.end - range.start);
  const missing = missingMs > 0 ? ` · ${formatDuration(missingMs)} not counted` : '';
  return element(
    'header',
    {},
    element('h1', {}, 'Choose thresholds by looking'),
    element(
      'p',
      {},
      `${counted(events, 'event')} from ${shortTime(range.start)} to ${shortTime(range.end)} UTC (${length})`,
    ),
    element(
      'p',
      { class: 'dim' },
      `${source} · evaluated ${counted(pieces, 'time')}, each over the ${formatDuration(windowMs)} before${missing}`,
    ),
    element('p', {}, note),
    element(
      'p',
      { class: 'dim' },
      'Each chart shows the value of a rule over time. Move the line of its limit, or focus it and press the arrow keys. Drag over a chart to zoom, double-click to see all. Times are UTC.',
    ),
  );
}

function aboutBands(): HTMLElement {
  const href = new URL('incidents.md#when-it-ends', RUNBOOK_URL).href;
  return element(
    'p',
    { class: 'about' },
    `Bands are incidents: point at one to see its notifications. An incident about lost events ends after ${durationInWords(LEAST_CALM_MS)} without a loss, with enough events of the same accounts to prove it. So losses that come and go are one incident, also while the line is below the limit. `,
    element('a', { href, rel: 'noreferrer' }, 'When an incident ends'),
    ' (docs/incidents.md)',
  );
}

function textOf(id: string): string {
  return document.getElementById(id)?.textContent ?? '';
}
