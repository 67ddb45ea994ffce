import type { InferenceSession } from "onnxruntime-node";
import { type GraphOutput, graphOutputs, type Task } from "../../core/definition/task.ts";
import { IntegrityError } from "../../core/errors.ts";

type Found = InferenceSession.ValueMetadata;

/**
 * Holds the outputs that a graph declares against those of a task: their names, types and shapes.
 *
 * @throws {IntegrityError} if they differ; names both.
 */
export function checkOutputs(task: Task, found: readonly Found[]): void {
  const wanted = graphOutputs(task).map(described);
  const declared = found.map((output) => described(declaredOutput(output)));
  if (wanted.toSorted().join() === declared.toSorted().join()) return;
  throw new IntegrityError(
    `graph has outputs [${declared.join(", ")}], those of a ${task.type} model are [${wanted.join(", ")}]`,
  );
}

interface Declared {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
}

/** A dimension with a name, such as the rows, is -1. */
function declaredOutput(output: Found): Declared {
  if (!output.isTensor) return { name: output.name, type: "no tensor", shape: [] };
  const shape = output.shape.map((size) => (typeof size === "number" ? size : -1));
  return { name: output.name, type: output.type, shape };
}

const described = ({ name, type, shape }: GraphOutput | Declared) =>
  `${name} ${type} (${shape.map((size) => (size === -1 ? "n" : size)).join(" x ")})`;
