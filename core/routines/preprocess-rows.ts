import { keyColumns } from "../dataset/contract-columns.ts";
import type { Row, StoredDefinition } from "../definition/model-definition.ts";
import { RoutineError } from "../errors.ts";
import { fieldReader } from "../inference/field-reader.ts";
import { type RequestField, requestFields } from "../inference/request-fields.ts";
import { tagsOfText, tagsText } from "../inference/tags-reader.ts";
import { shownValue } from "../shown-value.ts";
import type { Routine } from "./routine-code.ts";

/** Mends one row. @throws {RoutineError} */
export type PreprocessRow = (row: Row) => Row;

/**
 * The model's routine `preprocess` over rows whose fields keep their contract. It sees a fresh object of
 * the fields that a request carries; what it leaves out stays as it is. It may change features, but for
 * those that rows are told apart, split and dated by; what it gives keeps the field's contract too.
 *
 * The function that is returned throws RoutineError where the routine throws or gives something else.
 */
export function rowPreprocessor(definition: StoredDefinition, run: Routine): PreprocessRow {
  const fields = requestFields(definition);
  const names = fields.map(({ name }) => name);
  const changeable = new Map(
    changeableFields(definition).map((field) => [
      field.name,
      { type: field.type, problem: problemOf(field) },
    ]),
  );

  return (row) => {
    const given = called(run, seenBy(names, row));
    const changed: Record<string, Row[string]> = { ...row };
    for (const [name, value] of Object.entries(given)) {
      const before = row[name] ?? null;
      if (Object.is(value, before)) continue;
      const field = changeable.get(name);
      if (field === undefined) {
        throw new RoutineError(
          "preprocess",
          `changed ${name}, which is no feature that it may change`,
        );
      }
      const wrong = field.problem(value);
      if (wrong !== undefined) throw new RoutineError("preprocess", `gave ${name}: ${wrong}`);
      changed[name] = kept(value, field.type);
    }
    return changed;
  };
}

/** Features that a routine may change, in the order of the definition. */
export function changeableFields(definition: StoredDefinition): readonly RequestField[] {
  const keys = new Set(keyColumns(definition));
  return requestFields(definition).filter(
    ({ name, role }) => role === "feature" && !keys.has(name),
  );
}

/** What a row holds of some fields, null for missing. */
export function seenBy(names: readonly string[], row: Row): Record<string, Row[string]> {
  const seen: Record<string, Row[string]> = {};
  for (const name of names) seen[name] = row[name] ?? null;
  return seen;
}

function called(run: Routine, seen: object): object {
  let given: unknown;
  try {
    given = run(seen);
  } catch (cause) {
    throw new RoutineError("preprocess", `threw ${String(cause)}`, { cause });
  }
  if (typeof given === "object" && given !== null && !Array.isArray(given)) return given;
  throw new RoutineError("preprocess", `gave ${shownValue(given)}; it must give a row`);
}

/** What is wrong with a value as a row holds it: instants and tags are not held as a request has them. */
function problemOf(field: RequestField): (value: unknown) => string | undefined {
  const check = checkOf(field);
  return (value) => {
    if (!isMissing(value, field.type)) return check(value);
    return field.required ? "is required" : undefined;
  };
}

function checkOf(field: RequestField): (value: unknown) => string | undefined {
  const { problem } = fieldReader(field);
  switch (field.type) {
    case "timestamp":
      return (value) => (Number.isSafeInteger(value) ? undefined : mustBe("milliseconds", value));
    case "tags":
      return (value) =>
        typeof value === "string" ? problem(tagsOfText(value)) : mustBe("text", value);
    default:
      return problem;
  }
}

const mustBe = (what: string, value: unknown) => `must be ${what}, got ${shownValue(value)}`;

/** Empty text is missing everywhere; no tags are none. */
const isMissing = (value: unknown, type: RequestField["type"]) =>
  value === null || value === undefined || (value === "" && type !== "tags");

/** As every other row has it: no sign of zero, no empty text, tags in their order. */
function kept(value: unknown, type: RequestField["type"]): Row[string] {
  if (isMissing(value, type)) return null;
  if (typeof value === "number") return value + 0;
  return type === "tags" ? tagsText(tagsOfText(value as string)) : (value as string | boolean);
}
