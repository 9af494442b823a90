import type { IgnoreLists } from '../../events/counts.ts';
import type { Exception } from '../../events/look.ts';
import { shortHash } from '../../text/hash.ts';

/**
 * What must be asked for besides all events: the ignored accounts, and each ignored schema. What is ignored by both would be
 * taken out twice, so that is asked for too, to put it back once.
 *
 * What is ignored no longer is asked for once more, for the time since the look before. What is ignored anew gets a key of its
 * own, because levels of an earlier time would say nothing of the time since the look before.
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
