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
  // By characters: no surrogate pair is cut in two.
  const characters = [...text.slice(0, maxBytes)];
  const shown = (count: number) => {
    const kept = characters.slice(0, count).join("");
    return `${kept} … and ${text.length - kept.length} more characters`;
  };
  let [fits, tooMany] = [0, characters.length];
  while (tooMany - fits > 1) {
    const count = (fits + tooMany) >> 1;
    if (sizeInState(shown(count)) <= maxBytes) fits = count;
    else tooMany = count;
  }
  return shown(fits);
}

/** Bytes in a state: an error is JSON text within JSON text there. */
const sizeInState = (text: string): number =>
  new TextEncoder().encode(JSON.stringify(JSON.stringify(text))).byteLength;
