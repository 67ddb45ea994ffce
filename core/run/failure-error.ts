import { stoppedTaskText } from "./stopped-task.ts";

/** Longest message that a run's record keeps; the execution's history has the rest. */
const MAX_MESSAGE_LENGTH = 4_000;

/**
 * The error behind a failed state: its name and message.
 *
 * `Cause` is the JSON that Lambda makes of a thrown error (`errorType`, `errorMessage`, `trace`), the
 * description of a container that was lost, or plain text where Step Functions itself failed the state.
 */
export function failureError(failure: {
  readonly Error: string;
  readonly Cause?: string | undefined;
}): { readonly name: string; readonly message: string } {
  const thrown = jsonObject(failure.Cause ?? "");
  const { errorType, errorMessage } = thrown ?? {};
  const name = typeof errorType === "string" && errorType !== "" ? errorType : failure.Error;
  const told = typeof errorMessage === "string" ? errorMessage : thrown && stoppedTaskText(thrown);
  const message = told ?? failure.Cause ?? "";
  return { name, message: message.slice(0, MAX_MESSAGE_LENGTH) };
}

function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    // Plain text is allowed too.
    return undefined;
  }
}
