import type { Frame, FrameColumn, LabelledFrame } from "../training/training-frame.ts";
import type { MeasuredRows } from "./measured-rows.ts";

/**
 * Some of the rows, in the order of their numbers.
 *
 * @param units numbers of rows or, where rows have groups, of queries, whose rows all come
 */
export function takeMeasured(rows: MeasuredRows, units: Uint32Array): MeasuredRows {
  const width = rows.predictions.length / rows.labels.length;
  const { numbers, groups } = rowsOf(units, rows.groups);
  const predictions = new Float64Array(numbers.length * width);
  for (let i = 0; i < numbers.length; i++) {
    const from = (numbers[i] as number) * width;
    for (let column = 0; column < width; column++) {
      predictions[i * width + column] = rows.predictions[from + column] as number;
    }
  }
  return {
    labels: takeNumbers(rows.labels, numbers),
    predictions,
    weights: rows.weights && takeNumbers(rows.weights, numbers),
    groups,
    threshold: rows.threshold,
  };
}

/** The same of a frame with its labels; its context is left out. */
export function takeLabelled(frame: LabelledFrame, units: Uint32Array): LabelledFrame {
  const { numbers, groups } = rowsOf(units, frame.groups);
  return {
    rows: numbers.length,
    columns: frame.columns.map((column) => takeColumn(column, numbers)),
    labels: takeNumbers(frame.labels, numbers),
    ...(frame.weights && { weights: takeNumbers(frame.weights, numbers) }),
    ...(groups && { groups }),
  };
}

/** The frame with the rows of one column in another order. */
export function withColumnOrder(frame: Frame, column: number, order: Uint32Array): Frame {
  const columns = frame.columns.map((own, i) => (i === column ? takeColumn(own, order) : own));
  return { rows: frame.rows, columns };
}

export function takeColumn(column: FrameColumn, numbers: Uint32Array): FrameColumn {
  return column.kind === "number"
    ? { ...column, values: takeNumbers(column.values, numbers) }
    : { ...column, codes: takeNumbers(column.codes, numbers) };
}

function takeNumbers<Numbers extends Uint8Array | Int32Array | Float32Array | Float64Array>(
  values: Numbers,
  numbers: Uint32Array,
): Numbers {
  const taken = values.slice(0, numbers.length) as Numbers;
  for (let i = 0; i < numbers.length; i++) taken[i] = values[numbers[i] as number] as number;
  return taken;
}

/** Numbers of the rows of the units, and the bounds of the queries among them. */
function rowsOf(
  units: Uint32Array,
  groups: Uint32Array | undefined,
): { readonly numbers: Uint32Array; readonly groups: Uint32Array | undefined } {
  if (groups === undefined) return { numbers: units, groups };
  const bounds = new Uint32Array(units.length + 1);
  for (let i = 0; i < units.length; i++) {
    const query = units[i] as number;
    bounds[i + 1] =
      (bounds[i] as number) + (groups[query + 1] as number) - (groups[query] as number);
  }
  const numbers = new Uint32Array(bounds.at(-1) as number);
  for (let i = 0; i < units.length; i++) {
    const first = groups[units[i] as number] as number;
    const [from, to] = [bounds[i] as number, bounds[i + 1] as number];
    for (let place = from; place < to; place++) numbers[place] = first + place - from;
  }
  return { numbers, groups: bounds };
}
