import { IntegrityError, NotFoundError } from "../../core/errors.ts";
import { runbookLink } from "../../core/observability/runbooks.ts";
import type { Alerts } from "../../core/ports/alerts.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { storedQualityReport } from "../../core/quality/quality-report.ts";
import { alertText } from "../../core/quality/report-text.ts";
import { failureError } from "../../core/run/failure-error.ts";
import { notifyInput } from "../../core/run/messages.ts";
import { parseMessage } from "../../core/run/parse-message.ts";

export interface NotifyDeps {
  readonly alerts: Alerts;
  readonly store: Pick<ObjectStore, "get">;
  /** Address of the folder that the runbooks lie in. */
  readonly runbooks: string;
}

/** Sends an alert. A retry may send it twice: better than not at all. */
export const makeHandler =
  ({ alerts, store, runbooks }: NotifyDeps) =>
  async (event: unknown): Promise<{ readonly sent: true }> => {
    const input = parseMessage(notifyInput, event);
    const { reportKey, qualityKey, runId, runbook, failure, detail, ...alert } = input;
    const told = detail ?? (failure ? failureText(failure) : "");
    const key = qualityKey ?? reportKey;
    await alerts.send({
      ...alert,
      detail: qualityKey === undefined ? told : await qualityText(store, qualityKey, told),
      ...(key !== undefined && { reportKey: key }),
      ...(runId !== undefined && { runId }),
      ...(runbook !== undefined && { runbook: runbookLink(runbook, runbooks) }),
    });
    return { sent: true };
  };

/** What a report of data says; what is known without it where there is none. */
async function qualityText(
  store: NotifyDeps["store"],
  key: string,
  otherwise: string,
): Promise<string> {
  try {
    return alertText(storedQualityReport(await store.get(key)));
  } catch (error) {
    if (error instanceof NotFoundError || error instanceof IntegrityError) return otherwise;
    throw error;
  }
}

function failureText(failure: Parameters<typeof failureError>[0]): string {
  const { name, message } = failureError(failure);
  return `${name}: ${message}`;
}
