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

/** Rows with their label: 0 or 1 for each row. */
export interface LabelledFrame extends Frame {
  readonly labels: Uint8Array;
}
