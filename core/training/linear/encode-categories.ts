import type { Frame, FrameColumn } from "../training-frame.ts";
import {
  type EncodedTargets,
  encodeByTarget,
  fitTargetEncoder,
  type TargetEncoder,
} from "./target-encoding.ts";

/** A frame in which columns of strings that have an encoder are columns of numbers, one a part. */
export interface EncodedFrame extends Frame {
  /** Which of the model's inputs each column comes from. */
  readonly inputOf: readonly number[];
}

/** An input's encoder; `undefined` where it stays as it is. */
export type Encoders = readonly (TargetEncoder | undefined)[];

/**
 * Encodes the columns of strings by the target, each row by rows of other folds.
 *
 * @param targets `undefined` leaves strings strings
 */
export function fitEncoders(train: Frame, targets: EncodedTargets | undefined) {
  const encoders: (TargetEncoder | undefined)[] = [];
  const columns = train.columns.map((column): readonly FrameColumn[] => {
    const fitted =
      targets && column.kind === "category" ? fitTargetEncoder(column, targets) : undefined;
    encoders.push(fitted?.encoder);
    return fitted ? numberColumns(column.name, fitted.outOfFold) : [column];
  });
  return { encoders, encoded: flattened(train.rows, columns) };
}

/** Encodes rows that are to be predicted. */
export function encodeFrame(frame: Frame, encoders: Encoders): EncodedFrame {
  const columns = frame.columns.map((column, input): readonly FrameColumn[] => {
    const encoder = encoders[input];
    return encoder && column.kind === "category"
      ? numberColumns(column.name, encodeByTarget(column, encoder))
      : [column];
  });
  return flattened(frame.rows, columns);
}

function numberColumns(name: string, parts: readonly Float32Array[]): FrameColumn[] {
  return parts.map((values) => ({ kind: "number", name, values }));
}

function flattened(rows: number, columns: readonly (readonly FrameColumn[])[]): EncodedFrame {
  const inputOf = columns.flatMap((parts, input) => parts.map(() => input));
  return { rows, columns: columns.flat(), inputOf };
}
