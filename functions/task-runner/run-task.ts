import { IntegrityError, InvalidInputError } from "../../core/errors.ts";
import { correlationIds } from "../../core/observability/correlation-ids.ts";
import { errorFields } from "../../core/observability/error-fields.ts";
import type { TaskOutcome } from "../../core/run/task-outcome.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import { again, type Sleep } from "./again.ts";
import type { Handler } from "./function-package.ts";

export interface TaskRunnerDeps {
  readonly loadHandler: () => Promise<{ readonly handler: Handler; readonly sizeBytes: number }>;
  /** Stores under a key that nobody else uses. */
  readonly store: (key: string, text: string) => Promise<void>;
  /** Sorts after what it returned before. */
  readonly newId: () => string;
  readonly sleep: Sleep;
  readonly stopwatch: () => number;
  readonly log: (line: object) => void;
}

/**
 * Does one order of a state machine in a container: loads the function's package, calls its handler
 * and stores what it answered, or the error it threw, where `collect-candidate` looks.
 *
 * @param text JSON of the order, as the function would get it
 * @throws only if there is no outcome, or none could be stored: the order has no place for one, or the
 *   package could not be read. Then the state machine starts another container.
 */
export async function runTask(text: string | undefined, deps: TaskRunnerDeps): Promise<void> {
  const order = parseOrder(text);
  const id = deps.newId();
  const ids = { function: "task-runner", ...correlationIds(order), requestId: id };
  const log = (level: "info" | "error", line: object) => deps.log({ level, ...ids, ...line });

  const outcome = await outcomeOf(order, id, { ...deps, log });

  const key = `${storageKeys.candidateOutcomes(...placeOf(order))}/${id}.json`;
  await deps.store(key, JSON.stringify(outcome));
  log("info", { outcome: "stored", key });
}

type Log = (level: "info" | "error", line: object) => void;
type LoggingDeps = Omit<TaskRunnerDeps, "log"> & { readonly log: Log };

async function outcomeOf(order: unknown, id: string, deps: LoggingDeps): Promise<TaskOutcome> {
  const loaded = await load(deps);
  if ("error" in loaded) return loaded;
  try {
    return { output: await again(() => loaded.handler(order, { awsRequestId: id }), deps) };
  } catch (thrown) {
    return failure(thrown, deps);
  }
}

/**
 * A damaged package stays damaged, so that is the outcome. One that cannot be read may be another one
 * when the next container starts, such as after a deployment that came between.
 */
async function load(deps: LoggingDeps) {
  const startedAt = deps.stopwatch();
  try {
    const { handler, sizeBytes } = await deps.loadHandler();
    const durationMs = Math.round(deps.stopwatch() - startedAt);
    deps.log("info", { outcome: "loaded", sizeBytes, durationMs });
    return { handler };
  } catch (thrown) {
    if (thrown instanceof IntegrityError) return failure(thrown, deps);
    throw thrown;
  }
}

function failure(thrown: unknown, { log }: LoggingDeps) {
  const { error: name, message } = errorFields(thrown);
  log("error", { outcome: "failed", ...errorFields(thrown) });
  return { error: { name, message } };
}

interface Order {
  readonly model: string;
  readonly runId: string;
  readonly candidate: { readonly index: number };
  /** Of the search; 0 if absent. */
  readonly round?: number;
}

/** What says where the outcome goes; the handler checks the rest. */
function parseOrder(text: string | undefined): Order {
  let order: Partial<Order> | null = null;
  try {
    order = JSON.parse(text ?? "");
  } catch (cause) {
    throw new InvalidInputError(`MILLRACE_TASK_INPUT is no JSON: ${text}`, { cause });
  }
  const { model, runId, candidate, round = 0 } = order ?? {};
  const isPlaced = typeof model === "string" && typeof runId === "string";
  if (isPlaced && Number.isInteger(candidate?.index) && Number.isInteger(round)) {
    return order as Order;
  }
  throw new InvalidInputError(
    `an order needs model, runId and candidate.index to have a place for its outcome, got ${text}`,
  );
}

const placeOf = ({ model, runId, candidate, round = 0 }: Order) =>
  [model, runId, candidate.index, round] as const;
