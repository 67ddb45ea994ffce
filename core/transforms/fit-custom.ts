import { canonicalJson } from "../canonical-json.ts";
import type { CustomStep } from "../definition/transform-schema.ts";
import { InvalidInputError } from "../errors.ts";
import type { FrameColumn } from "../training/training-frame.ts";
import type { TransformDefinition } from "./define-transform.ts";
import type { FitContext } from "./fitted-step.ts";
import { frameTexts } from "./frame-texts.ts";
import type { ColumnValue, Operators } from "./operators.ts";

/** A step that reads several columns together. */
export interface FittedJoint {
  readonly found: unknown;
  readonly build: <Numbers, Texts>(
    nodes: Operators<Numbers, Texts>,
    columns: readonly ColumnValue<Numbers, Texts>[],
  ) => readonly ColumnValue<Numbers, Texts>[];
}

/**
 * Fits a transform of the definition's own.
 *
 * @throws {InvalidInputError} if its code is not there, it gives no JSON, or not the columns that it says
 */
export function fitCustom(
  { use, options }: CustomStep,
  columns: readonly FrameColumn[],
  { labels, weights, seed }: FitContext,
): FittedJoint {
  const code = codeOf(use);
  const state: unknown = JSON.parse(
    canonicalJson(
      code.fit({
        rows: labels.length,
        columns: columns.map(valuesOf),
        labels,
        weights: weights ?? new Float64Array(labels.length).fill(1),
        seed,
        options,
      }) ?? null,
    ),
  );
  return {
    found: { state },
    build<Numbers, Texts>(
      nodes: Operators<Numbers, Texts>,
      read: readonly ColumnValue<Numbers, Texts>[],
    ) {
      const numbers = read.flatMap(({ kind, value }) => (kind === "number" ? [value] : []));
      const texts = textsOf(read);
      const made = code.toOnnx(nodes, { numbers, texts }, state, options);
      return Object.entries(use.makes).map(([end, kind]) => {
        const value = made[end];
        if (value !== undefined) return { kind, value } as ColumnValue<Numbers, Texts>;
        throw new InvalidInputError(
          `transform ${use.name} gave no column ${JSON.stringify(end)}, which it says that it makes`,
        );
      });
    },
  };
}

/** The columns of strings among some. */
export const textsOf = <Numbers, Texts>(
  columns: readonly ColumnValue<Numbers, Texts>[],
): readonly Texts[] => columns.flatMap(({ kind, value }) => (kind === "category" ? [value] : []));

type Code = TransformDefinition<unknown, unknown>;

function codeOf(use: CustomStep["use"]): Code {
  const { fit, toOnnx } = use as Partial<Code>;
  if (typeof fit === "function" && typeof toOnnx === "function") return { ...use, fit, toOnnx };
  throw new InvalidInputError(`the code of transform ${use.name} is not there; define it anew`);
}

function valuesOf(column: FrameColumn): Float32Array | readonly string[] {
  if (column.kind === "number") return column.values;
  const { codes, dictionary } = frameTexts(column.codes, column.dictionary);
  return Array.from(codes, (code) => dictionary[code] ?? "");
}
