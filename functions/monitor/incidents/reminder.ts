/**
 * Whether people should be reminded of something that goes on.
 *
 * @param lastNotifiedAt when they were last notified of it, epoch ms; `undefined` if they never were
 * @param repeatMs how often to remind; 0: never
 */
export function isReminderDue(
  lastNotifiedAt: number | undefined,
  now: number,
  repeatMs: number,
): boolean {
  return repeatMs > 0 && lastNotifiedAt !== undefined && now - lastNotifiedAt >= repeatMs;
}
