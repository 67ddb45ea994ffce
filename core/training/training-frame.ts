/** A numeric column. NaN is missing. Values are float32, as the ONNX graph will see them. */
export interface NumberColumn {
  readonly kind: "number";
  readonly name: string;
  readonly values: Float32Array;
}

/** A column of strings as codes into its dictionary. Code -1 is missing. */
export interface CategoryColumn {
  readonly kind: "category";
  readonly name: string;
  readonly codes: Int32Array;
  /** Distinct strings in code-unit order; may hold strings that no row of this frame has. */
  readonly dictionary: readonly string[];
}

export type FrameColumn = NumberColumn | CategoryColumn;

/** Rows as columns, in the order of the model's inputs. */
export interface Frame {
  readonly rows: number;
  readonly columns: readonly FrameColumn[];
}

/**
 * What each row is to be predicted as. Binary: 0 or 1. Multiclass: the index of the class. Regression: a
 * finite number. Ranking: the relevance, a whole number from 0 to 31. The first two are bytes.
 */
export type Labels = Uint8Array | Float64Array;

/** Labels of a task whose labels are bytes. */
export const byteLabels = (labels: Labels): Uint8Array =>
  labels instanceof Uint8Array ? labels : Uint8Array.from(labels);

/** Rows with their labels. */
export interface LabelledFrame extends Frame {
  readonly labels: Labels;
  /** How much each row counts, finite and >= 0, shape [rows]. Absent: each counts 1. */
  readonly weights?: Float64Array;
  /**
   * Ranking: the first row of each query and, last, the number of rows; shape [queries + 1]. The rows
   * of a query lie together.
   */
  readonly groups?: Uint32Array;
  /** Columns that are no input of the model: what slices and protected groups are told by. */
  readonly context?: readonly FrameColumn[];
}
