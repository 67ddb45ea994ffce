import type { AuditEvent } from "../registry/records.ts";

/**
 * The champion that a rollback goes back to: the one that stood before the present one was first
 * promoted. A move back to where the champion came from undoes the promotion, so that a second rollback
 * goes one further back and not forth again.
 *
 * @param events of the model, newest first; others than moves of its champion are passed over
 * @returns `undefined` if there was none before
 */
export function championBefore(events: readonly AuditEvent[]): number | undefined {
  const stack: number[] = [];
  for (const { kind, subject, from, to } of events.toReversed()) {
    if (kind !== "alias-moved" || subject !== "champion") continue;
    // the oldest that is known may have moved from somewhere
    if (stack.length === 0 && from !== undefined) stack.push(Number(from));
    const version = Number(to);
    if (stack.at(-2) === version) stack.pop();
    else stack.push(version);
  }
  return stack.at(-2);
}
