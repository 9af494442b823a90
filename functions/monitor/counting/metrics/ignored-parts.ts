import type { IgnoreLists } from '../../events/counts.ts';
import type { Exception } from '../../events/look-record.ts';
import { shortHash } from '../../text/hash.ts';
import type { By } from './status-classes.ts';

/**
 * The parts of all events that are asked for by themselves: the ignored accounts, and each ignored
 * schema. An event of both would be taken out twice, so the events of both are asked for too, to
 * put them back once.
 *
 * An exception that has ended is asked for once more, for the time since the look before. A new one
 * gets a key of its own, because levels of an earlier time would say nothing of the time since the
 * look before.
 *
 * @param before those of the look before
 * @param end of this look, epoch ms
 */
export function exceptionsFor(
  { accounts, schemas }: IgnoreLists,
  before: readonly Exception[],
  end: number,
): Exception[] {
  const known = before.filter(({ hasEnded }) => !hasEnded);
  const names = [...accounts].sort();
  const exception = (
    sign: Exception['sign'],
    ofAccounts: readonly string[],
    schema: string | undefined,
  ): Exception => {
    const content = JSON.stringify([ofAccounts, schema]);
    const same = known.find((each) => JSON.stringify([each.accounts, each.schema]) === content);
    return same ?? { key: shortHash(`${content} ${end}`), sign, accounts: ofAccounts, schema };
  };
  const ordered = [...schemas].sort();
  const now = [
    ...(names.length > 0 ? [exception(-1, names, undefined)] : []),
    ...ordered.map((schema) => exception(-1, [], schema)),
    ...(names.length > 0 ? ordered.map((schema) => exception(1, names, schema)) : []),
  ];
  const ended = known.filter(({ key }) => !now.some((each) => each.key === key));
  return [...now, ...ended.map((each) => ({ ...each, hasEnded: true as const }))];
}

/**
 * The ignored events among those of accounts, or of schemas. Ignored accounts are not among the accounts, so only ignored
 * schemas are missing from these, and the other way round.
 */
export function partsWithin(by: By, exceptions: readonly Exception[]): Exception[] {
  return exceptions.filter(({ accounts, schema }) =>
    by === 'account' ? schema !== undefined && accounts.length === 0 : schema === undefined,
  );
}
