import type { CustomTransform } from "../definition/transform-schema.ts";
import type { Operators } from "./operators.ts";

/** Rows that a transform is fitted by. */
export interface FitRows<Options> {
  /** Number of rows. */
  readonly rows: number;
  /** Each column that the transform reads, in its order: numbers with NaN, or strings with "", for missing. */
  readonly columns: readonly (Float32Array | readonly string[])[];
  /** What the rows are to be predicted as: 0 or 1, the index of the class, a number, a grade. */
  readonly labels: ArrayLike<number>;
  /** How much each row counts; 1 where the definition has no weights. */
  readonly weights: ArrayLike<number>;
  /** The definition's, for whatever is drawn. */
  readonly seed: number;
  readonly options: Options;
}

/** The columns that a transform reads, by kind, each in its order. */
export interface ReadColumns<Numbers, Texts> {
  readonly numbers: readonly Numbers[];
  readonly texts: readonly Texts[];
}

/** What a transform makes: each column by the end of its name in `makes`. */
export type MadeColumns<Numbers, Texts> = Readonly<Record<string, Numbers | Texts>>;

/** A transform of one's own: one file with `fit` and `toOnnx`. */
export interface TransformDefinition<State, Options> extends CustomTransform {
  /** Letters, digits and `_`. */
  readonly name: string;
  /**
   * What the training split says; plain JSON. It is stored in the run's report. May not read a clock or
   * draw from anything but the seed.
   */
  readonly fit: (rows: FitRows<Options>) => State;
  /**
   * The transform as operators. They are carried out twice: on the rows when training, and as nodes of the
   * ONNX graph; so there is no second version of it that could differ.
   */
  readonly toOnnx: <Numbers, Texts>(
    nodes: Operators<Numbers, Texts>,
    columns: ReadColumns<Numbers, Texts>,
    state: State,
    options: Options,
  ) => MadeColumns<Numbers, Texts>;
}

/**
 * A transform, typed: a step of a definition uses it as `{ use: myTransform, columns: [...] }`. Its code
 * travels with the definition and its versions, like that of row features.
 */
export function defineTransform<State, const Options = Readonly<Record<string, never>>>(
  definition: TransformDefinition<State, Options>,
): TransformDefinition<State, Options> {
  return definition;
}
