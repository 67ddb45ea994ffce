import { randomBytes } from "node:crypto";
import type { Clock } from "../core/ports/clock.ts";

/** Ids that sort by time: `20010603-171000-1f2e3d4c`. Step Functions allows them as names. */
export function runIds(clock: Clock): () => string {
  return () => {
    const [date, time] = new Date(clock()).toISOString().replaceAll(/[-:]/g, "").split(/[T.]/);
    return `${date}-${time}-${randomBytes(4).toString("hex")}`;
  };
}
