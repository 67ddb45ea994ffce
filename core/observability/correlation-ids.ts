/** The ids by which what belongs together is found in the logs of many functions. */
export interface CorrelationIds {
  readonly model?: string;
  /** Name of the execution: of a training run its run id. */
  readonly runId?: string;
  /** Index of the candidate that is trained. */
  readonly candidate?: number;
}

/**
 * The ids in a task's input, wherever the state machines put them: `model` and `runId` at the top;
 * for monitoring `input.model` and `execution.name`. What is not there, or no plain value, is left out: a
 * task that is given nonsense must still say so in its log.
 */
export function correlationIds(input: unknown): CorrelationIds {
  const fields = membersOf(input);
  const model = textOf(fields.model) ?? textOf(membersOf(fields.input).model);
  const runId = textOf(fields.runId) ?? textOf(membersOf(fields.execution).name);
  const candidate = membersOf(fields.candidate).index;
  return {
    ...(model !== undefined && { model }),
    ...(runId !== undefined && { runId }),
    ...(typeof candidate === "number" && { candidate }),
  };
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** Names and ids are short; a line of the log must not grow with what a caller sends. */
const LONGEST_ID = 128;

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" ? value.slice(0, LONGEST_ID) : undefined;
