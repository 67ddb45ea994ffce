import type { Alerts } from "../../core/ports/alerts.ts";
import { notifyInput } from "../../core/run/messages.ts";
import { parseMessage } from "../../core/run/parse-message.ts";

export interface NotifyDeps {
  readonly alerts: Alerts;
}

/** Sends an alert. A retry may send it twice: better than not at all. */
export const makeHandler =
  ({ alerts }: NotifyDeps) =>
  async (event: unknown): Promise<{ readonly sent: true }> => {
    const { reportKey, ...alert } = parseMessage(notifyInput, event);
    await alerts.send({ ...alert, ...(reportKey !== undefined && { reportKey }) });
    return { sent: true };
  };
