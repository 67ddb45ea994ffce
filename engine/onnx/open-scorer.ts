import type { InferenceSession, OnnxValue } from "onnxruntime-node";
import { IntegrityError, InvalidInputError } from "../../core/errors.ts";
import type { OpenScorer, Scorer, ScoringColumns } from "../../core/inference/scorer.ts";
import { checkOutputs } from "./check-outputs.ts";
import { loadRuntime, openSession, type Runtime } from "./open-session.ts";
import { NO_SCORES, outputReader } from "./read-outputs.ts";

interface GraphInput {
  readonly name: string;
  readonly type: "float32" | "string";
}

/**
 * Opens graphs in ONNX Runtime.
 *
 * @param threads that one call of `score` may use. 1 (the default) serves requests: a row takes
 *   microseconds, and a pool only adds to them. More pays for batches of thousands of rows.
 */
export function scorerOpener({ threads = 1 }: { readonly threads?: number } = {}): OpenScorer {
  return async (graph, task) => {
    const runtime = await loadRuntime();
    const session = await openSession(runtime, graph, threads);
    try {
      if (task !== undefined) checkOutputs(task, session.outputMetadata);
      return scorerOf(runtime, session);
    } catch (error) {
      await session.release();
      throw error;
    }
  };
}

/** Opens a graph for serving: one thread. */
export const openScorer: OpenScorer = scorerOpener();

function scorerOf(runtime: Runtime, session: InferenceSession): Scorer {
  const inputs = session.inputMetadata.map(graphInput);
  const reader = outputReader(session.outputNames);

  return {
    async score(columns) {
      const rows = checkedRows(inputs, columns);
      if (rows === 0) return NO_SCORES;
      const feeds: Record<string, OnnxValue> = {};
      for (const { name } of inputs) feeds[name] = tensorOf(runtime, columns[name], rows);
      return reader.read(await session.run(feeds, reader.names), rows);
    },
    release: () => session.release(),
  };
}

function graphInput(metadata: InferenceSession.ValueMetadata): GraphInput {
  const { name } = metadata;
  const type = metadata.isTensor ? metadata.type : "no tensor";
  if (type !== "float32" && type !== "string") {
    throw new IntegrityError(`graph input ${name} is ${type}; it must be float32 or string`);
  }
  return { name, type };
}

/** @returns the number of rows, the same in every column. */
function checkedRows(inputs: readonly GraphInput[], columns: ScoringColumns): number {
  const names = new Set(inputs.map(({ name }) => name));
  const unknown = Object.keys(columns).filter((name) => !names.has(name));
  if (unknown.length > 0) {
    throw new InvalidInputError(`graph has no input [${unknown}]; its inputs are [${[...names]}]`);
  }
  const rows = columns[inputs[0]?.name ?? ""]?.length ?? 0;
  for (const { name, type } of inputs) {
    const column = columns[name];
    if (column === undefined) throw new InvalidInputError(`column ${name} is missing`);
    const found = column instanceof Float32Array ? "float32" : "string";
    if (found !== type) throw new InvalidInputError(`column ${name} is ${found}, not ${type}`);
    if (column.length !== rows) {
      throw new InvalidInputError(`column ${name} has ${column.length} rows, not ${rows}`);
    }
  }
  return rows;
}

function tensorOf(
  { Tensor }: Runtime,
  column: ScoringColumns[string] | undefined,
  rows: number,
): OnnxValue {
  const shape = [rows, 1];
  return column instanceof Float32Array
    ? new Tensor("float32", column, shape)
    : new Tensor("string", (column ?? []) as string[], shape);
}
