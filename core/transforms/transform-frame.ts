import type { GraphBuilder, Value } from "../onnx/graph-builder.ts";
import type { GraphInputs } from "../training/trained-model.ts";
import type { Frame, FrameColumn } from "../training/training-frame.ts";
import type { FittedJoint } from "./fit-custom.ts";
import type { FittedTransforms } from "./fit-transforms.ts";
import { frameOperators } from "./frame-operators.ts";
import { type FrameTexts, frameTexts } from "./frame-texts.ts";
import { graphOperators, toDouble, toFloat } from "./graph-operators.ts";
import type { ColumnValue } from "./operators.ts";

/** A fitted step with the names of what it reads and makes. */
export interface AppliedStep extends Pick<FittedJoint, "build"> {
  readonly reads: readonly string[];
  readonly makes: readonly Pick<FrameColumn, "kind" | "name">[];
}

/** The columns that a step makes of a frame's. @param read in the order of `reads` */
export function applyStep(
  { build, makes }: Pick<AppliedStep, "build" | "makes">,
  read: readonly FrameColumn[],
  rows: number,
): readonly FrameColumn[] {
  const made = build(frameOperators(rows), read.map(toOperand));
  return made.map((column, i) => toColumn(column, makes[i]?.name as string));
}

/** A frame as the model family sees it. @param frame has the model's inputs */
export function transformFrame(
  { applied, columns }: Pick<FittedTransforms, "applied" | "columns">,
  frame: Frame,
): Frame {
  const values = new Map(frame.columns.map((column) => [column.name, column]));
  for (const step of applied) {
    const read = step.reads.map((name) => values.get(name) as FrameColumn);
    for (const made of applyStep(step, read, frame.rows)) values.set(made.name, made);
  }
  return { ...frame, columns: columns.map(({ name }) => values.get(name) as FrameColumn) };
}

/** The same as nodes of a graph. @param inputs of the model @param kinds of the inputs, by name */
export function addTransforms(
  graph: GraphBuilder,
  inputs: GraphInputs,
  { applied, columns }: FittedTransforms,
  kinds: ReadonlyMap<string, FrameColumn["kind"]>,
): GraphInputs {
  const nodes = graphOperators(graph);
  const values = new Map(inputs);
  const kindOf = new Map(kinds);
  for (const { reads, makes, build } of applied) {
    const read = reads.map((name): ColumnValue<Value, Value> => {
      const value = values.get(name) as Value;
      return kindOf.get(name) === "number"
        ? { kind: "number", value: toDouble(graph, value) }
        : { kind: "category", value };
    });
    build(nodes, read).forEach(({ kind, value }, i) => {
      const name = makes[i]?.name as string;
      values.set(name, kind === "number" ? toFloat(graph, value) : value);
      kindOf.set(name, kind);
    });
  }
  return new Map(columns.map(({ name }) => [name, values.get(name) as Value]));
}

function toOperand(column: FrameColumn): ColumnValue<Float64Array, FrameTexts> {
  return column.kind === "number"
    ? { kind: "number", value: Float64Array.from(column.values) }
    : { kind: "category", value: frameTexts(column.codes, column.dictionary) };
}

function toColumn(column: ColumnValue<Float64Array, FrameTexts>, name: string): FrameColumn {
  return column.kind === "number"
    ? { kind: "number", name, values: Float32Array.from(column.value) }
    : { kind: "category", name, ...column.value };
}
