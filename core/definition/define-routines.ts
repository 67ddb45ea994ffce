import type { FieldTypes, WithSchema } from "./define-model.ts";
import type { ModelDefinition, RowValues } from "./model-definition.ts";
import type { TaskType } from "./task.ts";

/** Names of the fields that a request carries: what is an outcome or ignored, no routine sees. */
type Carried<Fields extends FieldTypes> = {
  readonly [Name in keyof Fields]: Fields[Name]["role"] extends "feature" | "entity" ? Name : never;
}[keyof Fields];

/** A request's row with each field's own type; `null` is missing, a timestamp its milliseconds. */
export type RoutineRow<Fields extends FieldTypes> = {
  readonly [Name in Carried<Fields>]: RowValues[Fields[Name]["type"]] | null;
};

/** Names of fields that data keeps for judging: an instant does not fit into 32 bits. */
type Kept<Fields extends FieldTypes> = {
  readonly [Name in Carried<Fields>]: Fields[Name]["type"] extends "timestamp" ? never : Name;
}[Carried<Fields>];

/** What a caller is told of a row, by the kind of the target. */
export interface RoutineAnswers {
  readonly binary: { readonly label: number; readonly probability: number };
  readonly multiclass: {
    readonly label: string;
    /** Of the label. */
    readonly probability: number;
    readonly probabilities: Readonly<Record<string, number>>;
  };
  readonly regression: {
    readonly prediction: number;
    /** By quantile, such as "0.9". */
    readonly quantiles?: Readonly<Record<string, number>>;
  };
  readonly ranking: { readonly score: number };
}

/** Beside what the target's kind has: the rule that overrode it, and whatever else callers are told. */
export type Told<Answer> = Answer & {
  readonly rule?: string;
  readonly [member: string]: unknown;
};

/** What stands in for a model's answer, as `serving.fallback` says it. */
export interface RoutineFallbacks {
  readonly binary: RoutineAnswers["binary"];
  readonly multiclass: Omit<RoutineAnswers["multiclass"], "probabilities">;
  readonly regression: Pick<RoutineAnswers["regression"], "prediction">;
  readonly ranking: RoutineAnswers["ranking"];
}

/** Code of a model's own around its graph; each is optional. */
export interface Routines<Fields extends FieldTypes, Type extends TaskType> {
  /** Mends a row before anything else reads it: when data is prepared, and in every request and batch. */
  readonly preprocess?: (row: RoutineRow<Fields>) => Partial<RoutineRow<Fields>>;
  /** Changes what a row is answered, from what it was answered and the row without its timestamps. */
  readonly postprocess?: (
    answer: RoutineAnswers[Type],
    row: Pick<RoutineRow<Fields>, Kept<Fields>>,
  ) => Told<RoutineAnswers[Type]>;
  /** Answers a row where no version can. */
  readonly fallback?: (row: RoutineRow<Fields>) => Told<RoutineFallbacks[Type]>;
}

/**
 * The routines themselves, typed by the model's fields and target: what `models/<name>/routines.ts`
 * exports as `routines`. They are checked when they are bundled, and what they give when they run.
 *
 * @param _model gives the types alone
 */
export function defineRoutines<Fields extends FieldTypes, Type extends TaskType>(
  _model: ModelDefinition & WithSchema<Fields, Type>,
  routines: Routines<Fields, Type>,
): Routines<Fields, Type> {
  return routines;
}
