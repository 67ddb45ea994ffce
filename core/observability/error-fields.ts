import { PlatformError } from "../errors.ts";

/** An error in a log line. */
export interface ErrorFields {
  /** Its name. */
  readonly error: string;
  readonly message: string;
  /** Where a bug was thrown; expected errors say enough by their message. */
  readonly stack?: string;
}

/** What a log line says of something that was thrown. */
export function errorFields(thrown: unknown): ErrorFields {
  if (!(thrown instanceof Error)) return { error: "Error", message: String(thrown) };
  const { name, message, stack } = thrown;
  const isExpected = thrown instanceof PlatformError || stack === undefined;
  return { error: name, message, ...(!isExpected && { stack }) };
}
