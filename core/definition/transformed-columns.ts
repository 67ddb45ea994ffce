import type { TransformStep } from "./transform-schema.ts";

/** Number, string, or as many columns of numbers as the training split makes of it: `<name>=…`. */
export type TransformedKind = "number" | "category" | "wide";

/** A column that steps read or make. */
export interface TransformedColumn {
  readonly name: string;
  readonly kind: TransformedKind;
}

/** What one application of a step reads and makes: one for each column, or one for all together. */
export interface StepApplication {
  readonly reads: readonly string[];
  /** Columns that what is read is replaced by, or that are added. */
  readonly makes: readonly TransformedColumn[];
  /** Whether the columns that are read stay. */
  readonly keepsRead: boolean;
}

/** Kinds of columns that each step can read; `undefined` for steps that read any. */
const READS: Readonly<Record<string, "number" | "category" | undefined>> = {
  scale: "number",
  bucketise: "number",
  "one-hot": "category",
  ordinal: "category",
  target: "category",
  frequency: "category",
  hash: "category",
  rare: "category",
  unknown: "category",
  clip: "number",
  power: "number",
  cyclic: "number",
  cross: "category",
  text: "category",
};

type MakingStep = Exclude<TransformStep, { readonly how: "drop" | "keep" }>;

/**
 * What a step makes of columns.
 *
 * @param kindOf kind of a column that the step reads
 * @param isMulticlass whether the target is, of whose classes each has a mean
 */
export function applicationsOf(
  step: MakingStep,
  kindOf: (name: string) => TransformedKind | undefined,
  isMulticlass: boolean,
): readonly StepApplication[] {
  const { columns } = step;
  if (step.how === undefined) {
    const own = step.into ?? (columns[0] as string);
    const makes = Object.entries(step.use.makes).map(([end, kind]) => ({
      name: nameWith(own, end),
      kind,
    }));
    return [{ reads: columns, makes, keepsRead: step.into !== undefined }];
  }
  if (step.how === "cross") {
    return [{ reads: columns, makes: [{ name: step.into, kind: "category" }], keepsRead: true }];
  }
  return columns.map((column, i) => ({
    reads: [column],
    makes: madeOf(step, step.into?.[i] ?? column, kindOf(column) as TransformedKind, isMulticlass),
    keepsRead: step.into !== undefined,
  }));
}

const nameWith = (own: string, end: string) => (end === "" ? own : `${own}_${end}`);

function madeOf(
  step: Exclude<MakingStep, { readonly how?: undefined } | { readonly how: "cross" }>,
  name: string,
  read: TransformedKind,
  isMulticlass: boolean,
): readonly TransformedColumn[] {
  switch (step.how) {
    case "impute":
      return [
        { name, kind: read },
        ...(step.indicator ? [{ name: `${name}_missing`, kind: "number" as const }] : []),
      ];
    case "bucketise":
    case "hash":
      return [{ name, kind: step.as }];
    case "rare":
    case "unknown":
      return [{ name, kind: "category" }];
    case "cyclic":
      return ["sin", "cos"].map((end) => ({ name: `${name}_${end}`, kind: "number" }));
    case "one-hot":
    case "text":
      return [{ name, kind: "wide" }];
    case "target":
      return [{ name, kind: isMulticlass ? "wide" : "number" }];
    default:
      return [{ name, kind: "number" }];
  }
}

/** The kind that a column must have for a step to read it; `undefined` if any will do. */
export function wantedKind(step: MakingStep, place: number): "number" | "category" | undefined {
  return step.how === undefined ? step.use.reads[place] : READS[step.how];
}

/** A step's columns in place of what it read, or behind all others. */
export function withMade(
  columns: readonly TransformedColumn[],
  { reads, makes, keepsRead }: StepApplication,
): readonly TransformedColumn[] {
  if (keepsRead) return [...columns, ...makes];
  const at = columns.findIndex(({ name }) => name === reads[0]);
  const others = columns.filter(({ name }) => !reads.includes(name));
  return [...others.slice(0, at), ...makes, ...others.slice(at)];
}

/** The columns that are left by a step that only takes some away. */
export function leftBy(
  { how, columns: named }: Extract<TransformStep, { readonly how: "drop" | "keep" }>,
  columns: readonly TransformedColumn[],
): readonly TransformedColumn[] {
  return columns.filter(({ name }) => named.includes(name) === (how === "keep"));
}

/**
 * The columns that a model family sees, in their order.
 *
 * @param inputs of the model
 * @param steps checked ones
 */
export function transformedColumns(
  inputs: readonly TransformedColumn[],
  steps: readonly TransformStep[],
  isMulticlass: boolean,
): readonly TransformedColumn[] {
  return steps.reduce<readonly TransformedColumn[]>((columns, step) => {
    if (step.how === "drop" || step.how === "keep") return leftBy(step, columns);
    const kindOf = (name: string) => columns.find((column) => column.name === name)?.kind;
    return applicationsOf(step, kindOf, isMulticlass).reduce(withMade, columns);
  }, inputs);
}
