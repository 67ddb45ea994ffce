import { appendFile } from "node:fs/promises";
import type { Alert, Alerts } from "../core/ports/alerts.ts";
import type { Clock } from "../core/ports/clock.ts";

/** Alerts as log lines and as a file of JSON lines, which the console reads. */
export function localAlerts(options: {
  readonly path: string;
  readonly clock: Clock;
  readonly log: (line: object) => void;
}): Alerts {
  return {
    async send(alert: Alert) {
      const at = new Date(options.clock()).toISOString();
      options.log({ level: alert.severity === "info" ? "info" : "warn", alert });
      await appendFile(options.path, `${JSON.stringify({ at, ...alert })}\n`);
    },
  };
}
