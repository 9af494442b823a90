import type { StoredLook } from '../history.ts';
import { HOUR, MINUTE } from '../world/scenario.ts';
import type { WorldSettings } from '../world/world-settings.ts';
import { broken, type Complaint, minuteText } from './complaint.ts';

/** A first look counts every hour that overlaps the time from here on. @param watermark before the run */
export function firstCounted(
  end: number,
  watermark: number | undefined,
  { windowMinutes, maxCatchUpHours }: WorldSettings,
): number {
  const window = end - windowMinutes * MINUTE;
  const reach = Math.min(window, end - maxCatchUpHours * HOUR);
  return Math.max(reach, Math.min(watermark ?? window, window));
}

/** A look is a first one if there was none before it, or too long ago. It begins with an hour. */
export function firstLookProblem(
  { end, since, isFirst }: StoredLook,
  lastEnd: number | undefined,
  watermark: number | undefined,
  settings: WorldSettings,
): Complaint | undefined {
  const { windowMinutes, maxCatchUpHours } = settings;
  const away = lastEnd === undefined ? Number.POSITIVE_INFINITY : end - lastEnd;
  const longest = Math.max(maxCatchUpHours * HOUR, windowMinutes * MINUTE);
  const mayBeFirst = away > maxCatchUpHours * HOUR;
  const name = `the look of ${minuteText(end)}`;
  if (isFirst ? !mayBeFirst : away > longest) {
    const text = `${name} is ${isFirst ? '' : 'not '}a first one, and the last ended ${minuteText(lastEnd)}`;
    return broken('looks-in-order', text);
  }
  const counted = firstCounted(end, watermark, settings);
  if (!isFirst || (since <= counted && since > counted - HOUR)) return undefined;
  const text = `${name} begins ${minuteText(since)}, and not with the hour of ${minuteText(counted)}`;
  return broken('looks-in-order', text);
}
