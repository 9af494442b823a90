import { type Groups, increase } from './counts.ts';
import { isProblem } from './status-groups.ts';
import { keepWorst, MAX_GROUPS } from './truncated-groups.ts';

/** The most that are held while counting. Ten times as many, because it is not known until the end which have problems. */
const MAX_LIVE_GROUPS = 10 * MAX_GROUPS;

export interface LiveGroup {
  byStatus: Map<string, number>;
  exact: boolean;
  withoutTotal?: Map<string, number>;
}

export function createGroupCounter() {
  let live = new Map<string, LiveGroup>();
  let truncated = false;

  return {
    add(name: string, status: string): void {
      let group = live.get(name);
      if (!group) {
        // Names were dropped, so this name may have had events before. It counts only from a problem on, as a lower bound.
        if (truncated && !isProblem(status)) return;
        if (live.size >= MAX_LIVE_GROUPS) {
          live = keepWorst(live, MAX_GROUPS);
          truncated = true;
        }
        group = { byStatus: new Map(), exact: !truncated };
        live.set(name, group);
      }
      increase(group.byStatus, status, 1);
    },
    finish(): Groups {
      if (live.size <= MAX_GROUPS) return { byName: live, truncated };
      return { byName: keepWorst(live, MAX_GROUPS), truncated: true };
    },
  };
}
