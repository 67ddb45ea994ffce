import { distinctTexts } from "../categories.ts";
import type { FrameColumn } from "../training-frame.ts";
import type { EncodedFrame } from "./encode-categories.ts";
import { type Scale, scaleOf } from "./scale.ts";

/** A numeric column as standardised by the training split; what is not finite counts as missing. */
export interface NumberEncoding extends Scale {
  readonly kind: "number";
  /** Place of its coefficient; that of a constant column stays 0. */
  readonly at: number;
  /** Place of the coefficient of "is missing"; -1 where the training split lacks no or every value. */
  readonly missingAt: number;
}

/** A column of strings, one coefficient for each string of the training split. */
export interface CategoryEncoding {
  readonly kind: "category";
  /** Known code of each string: 1, 2, 3… */
  readonly codeOf: ReadonlyMap<string, number>;
  /** Place of the coefficient of known code 1; those of the others follow. */
  readonly at: number;
}

/** How a column becomes coefficients, and which of the model's inputs it comes from. */
export type Encoding = (NumberEncoding | CategoryEncoding) & { readonly input: number };

export interface Design {
  readonly encodings: readonly Encoding[];
  /** Number of coefficients of each score. Place 0 is the intercept. */
  readonly width: number;
}

/** How the columns of a training split become coefficients. */
export function planDesign(
  { columns, inputOf }: Pick<EncodedFrame, "columns" | "inputOf">,
  weights?: Float64Array,
): Design {
  let width = 1;
  const encodings = columns.map((column, i): Encoding => {
    const encoding = planColumn(column, width, weights);
    width += placesOf(encoding);
    return { ...encoding, input: inputOf[i] as number };
  });
  return { encodings, width };
}

function planColumn(
  column: FrameColumn,
  at: number,
  weights: Float64Array | undefined,
): NumberEncoding | CategoryEncoding {
  if (column.kind === "category") {
    const codeOf = new Map(distinctTexts(column).map((text, rank) => [text, rank + 1]));
    return { kind: "category", codeOf, at };
  }
  const { values } = column;
  const missing = values.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
  const hasIndicator = missing > 0 && missing < values.length;
  return { kind: "number", ...scaleOf(values, weights), at, missingAt: hasIndicator ? at + 1 : -1 };
}

/** Number of coefficients that an encoding has. */
export function placesOf(encoding: NumberEncoding | CategoryEncoding): number {
  if (encoding.kind === "category") return encoding.codeOf.size;
  return encoding.missingAt < 0 ? 1 : 2;
}
