/**
 * Most bytes that an error's message and its trace may fill in a state. Step Functions ends an
 * execution, past every Catch, whose state grows above 256 KiB; 32 KiB is what states here keep to, and
 * two errors have to fit beside what a run of 40 candidates carries.
 *
 * Sources: "States.DataLimitExceeded" in "Handling errors in Step Functions workflows", and "Use Amazon
 * S3 ARNs instead of passing large payloads", AWS Step Functions developer guide.
 */
const MAX_MESSAGE_BYTES = 3_000;
const MAX_TRACE_BYTES = 2_000;

/**
 * What was thrown, short enough to be part of a state: the very same where it is, else an error of the
 * same name whose message and trace are cut. Lambda hands on name, message and trace, and nothing else.
 */
export function shortError(thrown: unknown): unknown {
  const {
    name,
    message,
    stack = "",
  } = thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
  const short = { message: cut(message, MAX_MESSAGE_BYTES), stack: cut(stack, MAX_TRACE_BYTES) };
  if (short.message === message && short.stack === stack) return thrown;
  return Object.assign(new Error(short.message, { cause: thrown }), { name, stack: short.stack });
}

function cut(text: string, maxBytes: number): string {
  if (text.length <= maxBytes && sizeInState(text) <= maxBytes) return text;
  const end = (length: number) => ` … and ${text.length - length} more characters`;
  let [fits, tooLong] = [0, Math.min(text.length, maxBytes)];
  while (tooLong - fits > 1) {
    const length = (fits + tooLong) >> 1;
    if (sizeInState(text.slice(0, length) + end(length)) <= maxBytes) fits = length;
    else tooLong = length;
  }
  // Half a surrogate pair is no character.
  const whole = text.slice(0, fits).toWellFormed() === text.slice(0, fits) ? fits : fits - 1;
  return text.slice(0, whole) + end(whole);
}

/** Bytes in a state: an error is JSON text within JSON text there. */
const sizeInState = (text: string): number =>
  new TextEncoder().encode(JSON.stringify(JSON.stringify(text))).byteLength;
