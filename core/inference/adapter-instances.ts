import { InvalidInputError } from "../errors.ts";
import { shownValue } from "../shown-value.ts";

/** Members of which an invocation has one; `params` and such beside it mean nothing to a model here. */
const FORMS = ["dataframe_split", "dataframe_records", "instances", "inputs"] as const;

type Members = Readonly<Record<string, unknown>>;

/**
 * The instances of a body of KServe's V1.
 *
 * @param names of the model's inputs, in order: a list of as many values is a row
 */
export function kserveInstances(body: unknown, names: readonly string[]): unknown {
  return rowsByName(membersOf(body).instances, names);
}

/**
 * The instances of a body of SageMaker's or MLflow's `/invocations`: rows by name or by place, a data frame that is
 * split into columns and data, or columns by name.
 *
 * @throws {InvalidInputError} if the body is none of these, or rows or columns differ in length.
 */
export function invocationInstances(body: unknown, names: readonly string[]): unknown {
  const members = membersOf(body);
  const given = FORMS.filter((form) => Object.hasOwn(members, form));
  const [form] = given;
  if (form === undefined || given.length > 1) {
    throw new InvalidInputError(
      `request must have one of ${FORMS.join(", ")}, has ${given.length}`,
    );
  }
  const value = members[form];
  switch (form) {
    case "dataframe_split":
      return splitRows(membersOf(value));
    case "dataframe_records":
      return value;
    case "instances":
      return rowsByName(value, names);
    case "inputs":
      return Array.isArray(value) ? rowsByName(value, names) : columnRows(membersOf(value));
  }
}

function membersOf(value: unknown): Members {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Members;
  throw new InvalidInputError(
    `request must be an object of its protocol, got ${shownValue(value)}`,
  );
}

/** Lists of another length stay lists, which no model takes for a row. */
function rowsByName(instances: unknown, names: readonly string[]): unknown {
  if (!Array.isArray(instances)) return instances;
  return instances.map((row: unknown) =>
    Array.isArray(row) && row.length === names.length ? rowOf(names, row) : row,
  );
}

const rowOf = (names: readonly string[], values: readonly unknown[]) =>
  Object.fromEntries(names.map((name, i) => [name, values[i]]));

function splitRows({ columns, data }: Members): unknown {
  if (!isTexts(columns) || !Array.isArray(data)) {
    throw new InvalidInputError(
      "dataframe_split must have a list of columns' names and one of data",
    );
  }
  return data.map((row: unknown, i) => {
    if (Array.isArray(row) && row.length === columns.length) return rowOf(columns, row);
    throw new InvalidInputError(
      `dataframe_split.data[${i}] must be a list of ${columns.length} values, got ${shownValue(row)}`,
    );
  });
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === "string");

function columnRows(columns: Members): unknown {
  const names = Object.keys(columns);
  const lists = names.map((name) => columns[name]);
  const [first] = lists;
  const length = Array.isArray(first) ? first.length : 0;
  if (!lists.every((list) => Array.isArray(list) && list.length === length)) {
    throw new InvalidInputError("inputs must be columns of one length, each a list of values");
  }
  const values = lists as readonly (readonly unknown[])[];
  return Array.from({ length }, (_, row) =>
    rowOf(
      names,
      values.map((list) => list[row]),
    ),
  );
}
