import { distinctTexts, knownCodes } from "../categories.ts";
import type { CategoryColumn, Frame, FrameColumn, NumberColumn } from "../training-frame.ts";

/** A numeric column as the training split standardises it; what is not finite counts as missing. */
export interface NumberEncoding {
  readonly kind: "number";
  readonly name: string;
  readonly mean: number;
  /** 1 / standard deviation; 0 for a constant column, which then says nothing. */
  readonly inverseDeviation: number;
  /** Whether "is missing" is an input too: some rows of the training split lack the value, not all. */
  readonly hasIndicator: boolean;
}

/** A column of strings: each of the most frequent ones has a row of the table, from row 1 on. */
export interface CategoryEncoding {
  readonly kind: "category";
  readonly name: string;
  readonly codeOf: ReadonlyMap<string, number>;
}

export type Encoding = NumberEncoding | CategoryEncoding;

export interface InputPlan {
  /** One for each column, in the columns' order. */
  readonly encodings: readonly Encoding[];
  readonly numbers: readonly NumberEncoding[];
  readonly categories: readonly CategoryEncoding[];
  /** Standardised numbers are cut off at plus and minus this. */
  readonly clip: number;
  /** Columns of numbers, then of indicators. */
  readonly numberCount: number;
}

export interface InputOptions {
  readonly clip: number;
  readonly maxCategories: number;
}

/** How the columns of a training split become inputs of the network. */
export function planInputs(
  columns: readonly FrameColumn[],
  { clip, maxCategories }: InputOptions,
): InputPlan {
  const encodings = columns.map((column) =>
    column.kind === "number" ? planNumbers(column) : planStrings(column, maxCategories),
  );
  const numbers = encodings.filter((encoding) => encoding.kind === "number");
  const categories = encodings.filter((encoding) => encoding.kind === "category");
  const indicators = numbers.filter(({ hasIndicator }) => hasIndicator);
  const numberCount = numbers.length + indicators.length;
  return { encodings, numbers, categories, clip, numberCount };
}

function planStrings(column: CategoryColumn, maxCategories: number): CategoryEncoding {
  const kept = distinctTexts(column).slice(0, maxCategories);
  const codeOf = new Map(kept.map((text, rank) => [text, rank + 1]));
  return { kind: "category", name: column.name, codeOf };
}

/** Mean and deviation of the finite values, in two passes; 0 and 0 where there are none. */
function planNumbers({ name, values }: NumberColumn): NumberEncoding {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    sum += value;
    count++;
  }
  const mean = count > 0 ? sum / count : 0;
  let squares = 0;
  for (const value of values) if (Number.isFinite(value)) squares += (value - mean) ** 2;
  const deviation = count > 0 ? Math.sqrt(squares / count) : 0;
  // A constant's deviation is exactly 0: float32 add up in doubles without rounding, up to 2^29 of them.
  const inverseDeviation = deviation > 0 ? 1 / deviation : 0;
  const hasIndicator = count > 0 && count < values.length;
  return { kind: "number", name, mean, inverseDeviation, hasIndicator };
}

/** Reads chosen rows of a frame as the network's inputs. */
export interface InputReader {
  /**
   * @param rows places in the frame
   * @param numbers is overwritten, shape [rows, numberCount]
   */
  readNumbers(rows: Uint32Array, numbers: Float32Array | Float64Array): void;
  /**
   * @param column place among the columns of strings
   * @param codes is overwritten from `offset` on, every `step` places
   */
  readCodes(column: number, rows: Uint32Array, into: CodeTarget): void;
}

export interface CodeTarget {
  readonly codes: Float32Array | Int32Array;
  readonly offset: number;
  readonly step: number;
}

/** @param frame has the plan's columns, in the same order */
export function inputReader({ columns }: Frame, plan: InputPlan): InputReader {
  const numberColumns = columns.filter((column) => column.kind === "number");
  const stringColumns = columns.filter((column) => column.kind === "category");
  const known = stringColumns.map(({ dictionary }, i) =>
    knownCodes(dictionary, plan.categories[i]?.codeOf as ReadonlyMap<string, number>),
  );

  return {
    readNumbers(rows, numbers) {
      let indicatorAt = plan.numbers.length;
      plan.numbers.forEach((encoding, at) => {
        const { values } = numberColumns[at] as NumberColumn;
        readStandardised(values, rows, { encoding, plan, numbers, at });
        if (!encoding.hasIndicator) return;
        readIndicator(values, rows, { plan, numbers, at: indicatorAt++ });
      });
    },
    readCodes(column, rows, { codes, offset, step }) {
      const own = (stringColumns[column] as CategoryColumn).codes;
      const knownAt = known[column] as Int32Array;
      for (let i = 0, place = offset; i < rows.length; i++, place += step) {
        codes[place] = knownAt[(own[rows[i] as number] as number) + 1] as number;
      }
    },
  };
}

interface NumberTarget {
  readonly plan: InputPlan;
  readonly numbers: Float32Array | Float64Array;
  readonly at: number;
}

function readStandardised(
  values: Float32Array,
  rows: Uint32Array,
  { encoding, plan, numbers, at }: NumberTarget & { readonly encoding: NumberEncoding },
): void {
  const { mean, inverseDeviation } = encoding;
  const { clip, numberCount } = plan;
  for (let i = 0, place = at; i < rows.length; i++, place += numberCount) {
    const value = values[rows[i] as number] as number;
    const standard = Number.isFinite(value) ? (value - mean) * inverseDeviation : 0;
    numbers[place] = Math.min(clip, Math.max(-clip, standard));
  }
}

function readIndicator(
  values: Float32Array,
  rows: Uint32Array,
  { plan, numbers, at }: NumberTarget,
): void {
  for (let i = 0, place = at; i < rows.length; i++, place += plan.numberCount) {
    numbers[place] = Number.isFinite(values[rows[i] as number]) ? 0 : 1;
  }
}
