import { runbookLink } from "../../core/observability/runbooks.ts";
import type { Alerts } from "../../core/ports/alerts.ts";
import { failureError } from "../../core/run/failure-error.ts";
import { notifyInput } from "../../core/run/messages.ts";
import { parseMessage } from "../../core/run/parse-message.ts";

export interface NotifyDeps {
  readonly alerts: Alerts;
  /** Address of the folder that the runbooks lie in. */
  readonly runbooks: string;
}

/** Sends an alert. A retry may send it twice: better than not at all. */
export const makeHandler =
  ({ alerts, runbooks }: NotifyDeps) =>
  async (event: unknown): Promise<{ readonly sent: true }> => {
    const { reportKey, runId, runbook, failure, detail, ...alert } = parseMessage(
      notifyInput,
      event,
    );
    await alerts.send({
      ...alert,
      detail: detail ?? (failure ? failureText(failure) : ""),
      ...(reportKey !== undefined && { reportKey }),
      ...(runId !== undefined && { runId }),
      ...(runbook !== undefined && { runbook: runbookLink(runbook, runbooks) }),
    });
    return { sent: true };
  };

function failureText(failure: Parameters<typeof failureError>[0]): string {
  const { name, message } = failureError(failure);
  return `${name}: ${message}`;
}
