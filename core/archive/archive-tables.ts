import {
  featureColumns,
  PREDICTION_COLUMNS,
  type PredictionColumn,
} from "../inference/prediction-columns.ts";

/** A model whose logged predictions are asked about. */
export interface ArchivedModel {
  readonly model: string;
  readonly inputs: readonly { readonly name: string; readonly kind: "number" | "category" }[];
}

export interface ArchiveColumn {
  /** In lower case: Athena knows no other, and finds a file's column whatever its case. */
  readonly name: string;
  /** Type of the Glue data catalog. */
  readonly type: "string" | "timestamp" | "int" | "double";
}

export interface ArchiveTable {
  readonly name: string;
  readonly columns: readonly ArchiveColumn[];
  /** Parts of the objects' keys that are columns too, in their order. */
  readonly partitions: readonly ("model" | "date" | "hour")[];
}

/** Table of every model's predictions, without their features. */
export const ALL_PREDICTIONS = "predictions";

const GLUE_TYPES = {
  text: "string",
  instant: "timestamp",
  integer: "int",
  number: "double",
} as const satisfies Record<PredictionColumn["type"], ArchiveColumn["type"]>;

const archived = ({ name, type }: PredictionColumn): ArchiveColumn => ({
  name: name.toLowerCase(),
  type: GLUE_TYPES[type],
});

/** Every model's predictions: what all files have. The model is known by its key, so it is no column. */
export const allPredictionsTable = (): ArchiveTable => ({
  name: ALL_PREDICTIONS,
  columns: PREDICTION_COLUMNS.filter(({ name }) => name !== "model").map(archived),
  partitions: ["model", "date", "hour"],
});

/** Name of the table of one model's predictions: `predictions_flight_delay`. */
export const modelTableName = (model: string) => `${ALL_PREDICTIONS}_${model.replaceAll("-", "_")}`;

/**
 * One model's predictions with what its graph saw: the columns of its files, exactly.
 *
 * @throws {Error} if two inputs differ in case only, which Athena cannot tell apart
 */
export function modelTable({ model, inputs }: ArchivedModel): ArchiveTable {
  const features = featureColumns(inputs.map(({ name, kind }) => [name, kind]));
  const columns = [...PREDICTION_COLUMNS, ...features].map(archived);
  const names = columns.map(({ name }) => name);
  const twin = names.find((name, i) => names.indexOf(name) !== i);
  if (twin !== undefined) {
    throw new Error(
      `model ${model} has two inputs whose column would be ${twin}; Athena does not tell apart what differs in case only: rename one`,
    );
  }
  return { name: modelTableName(model), columns, partitions: ["date", "hour"] };
}
