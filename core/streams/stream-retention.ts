import { durationMs } from "../definition/duration.ts";
import type { StreamDefinition } from "../definition/stream-schema.ts";

/** How far back the last so many events are looked for. */
const LAST_EVENTS_WITHIN = "90d";

/**
 * Milliseconds before the newest event within which an event is still needed: the longest window of the
 * stream's features with its `availableAfter`, and the lateness that is allowed.
 */
export function streamRetentionMs({
  features,
  allowedLateness,
}: Pick<StreamDefinition, "features" | "allowedLateness">): number {
  const uses = Object.values(features).map(({ window, availableAfter }) => {
    const windowMs = durationMs(typeof window === "string" ? window : LAST_EVENTS_WITHIN);
    return windowMs + durationMs(availableAfter);
  });
  return Math.max(0, ...uses) + durationMs(allowedLateness);
}
