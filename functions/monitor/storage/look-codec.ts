import * as v from 'valibot';
import type { LevelChange, LookRecord } from '../events/look-record.ts';
import type { Pool } from './bucket-codec.ts';

/** A change as a list, because the names of properties would take most of its room. */
type PlainChange = readonly [
  label: number,
  scope: string,
  name: string,
  status: string,
  from: number | null,
  to: number,
];

export interface PlainLook extends Omit<LookRecord, 'changes'> {
  readonly changes: readonly PlainChange[];
}

const NAMES = v.array(v.string());

/** A stored look of this version. Properties that it does not know are kept. */
const LOOK = v.looseObject({
  end: v.number(),
  since: v.number(),
  isFirst: v.boolean(),
  takenAt: v.number(),
  runNumber: v.number(),
  asked: v.array(
    v.object({
      scope: v.string(),
      status: v.exactOptional(v.string()),
      start: v.number(),
      end: v.number(),
      complete: v.boolean(),
    }),
  ),
  /** Checked by {@link readChange}: a day has many thousands of them. */
  changes: v.array(v.custom<PlainChange>(Array.isArray)),
  exceptions: v.array(
    v.object({
      key: v.string(),
      sign: v.picklist([1, -1]),
      accounts: NAMES,
      schema: v.optional(v.string()),
      hasEnded: v.exactOptional(v.literal(true)),
    }),
  ),
  stale: v.array(v.number()),
  ignoredNames: v.object({ accounts: NAMES, schemas: NAMES }),
  lacksUnknown: v.boolean(),
});

export function toPlainLook(look: LookRecord): PlainLook {
  return {
    ...look,
    changes: look.changes.map(({ label, scope, name, status, from, to }) => [
      label,
      scope,
      name,
      status,
      from ?? null,
      to,
    ]),
  };
}

/**
 * @param stored may be anything
 * @param pool shared by all records that are held at the same time
 * @throws an error that says nothing of the content, where it is no look
 */
export function fromPlainLook(stored: unknown, pool: Pool): LookRecord {
  const look = v.parse(LOOK, stored);
  return {
    ...look,
    exceptions: look.exceptions.map((each) => ({ ...each, schema: each.schema })),
    changes: look.changes.map((change) => readChange(change, pool)),
  };
}

function readChange([label, scope, name, status, from, to]: PlainChange, pool: Pool): LevelChange {
  const isLevel = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;
  const isReadable =
    Number.isSafeInteger(label) &&
    [scope, name, status].every((text) => typeof text === 'string') &&
    (from === null || isLevel(from)) &&
    isLevel(to);
  if (!isReadable) throw new TypeError('a number of events is none');
  return {
    label,
    scope: pool.name(scope),
    name: pool.name(name),
    status: pool.name(status),
    from: from ?? undefined,
    to,
  };
}
