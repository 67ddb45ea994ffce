import type { Row } from "../definition/model-definition.ts";
import { InvalidInputError, TooLargeError } from "../errors.ts";
import { shortened, shownValue } from "../shown-value.ts";
import { type FieldReader, fieldReader } from "./field-reader.ts";
import { type IssueList, issueList } from "./issue-list.ts";
import { fetchedNames, type RequestParts, requestMembers } from "./request-fields.ts";

/** Most rows of one request: some seconds of scoring at worst, and an answer below Lambda's 6 MB. */
export const MOST_INSTANCES = 10_000;

/** What is told of an aggregate that a request carries and must not. */
export const IS_FETCHED =
  "is fetched from the feature store, a request must not carry it; leave it out";

/** Where a field's value of one row stands in the request, for messages. */
export type PathOf = (row: number, field: string) => string;

/**
 * Checks the instances of a request and reads them into rows, timestamps as milliseconds.
 *
 * @throws {InvalidInputError} with an issue for each wrong field (the first 100).
 * @throws {TooLargeError} on more than 10,000 instances.
 */
export type ParseInstances = (instances: unknown, pathOf?: PathOf) => readonly Row[];

interface CompiledField extends FieldReader {
  readonly name: string;
  readonly required: boolean;
}

const pathInInstances: PathOf = (row, field) => `instances[${row}].${field}`;

/** Compiles the checks of a definition's request members once; the result is called per request. */
export function instanceParser(definition: RequestParts): ParseInstances {
  const fields = requestMembers(definition).map(
    (field): CompiledField => ({
      name: field.name,
      required: field.required,
      ...fieldReader(field),
    }),
  );
  const names = new Set(fields.map(({ name }) => name));
  const fetched = fetchedNames(definition);

  return (instances, pathOf = pathInInstances) => {
    const list = checkedList(instances);
    const issues = issueList();
    const rows: Row[] = [];
    for (let i = 0; i < list.length && !issues.isFull(); i += 1) {
      rows.push(readInstance({ fields, names, fetched, issues, pathOf }, list[i], i));
    }
    issues.throwIfAny();
    return rows;
  };
}

function checkedList(instances: unknown): readonly unknown[] {
  if (!Array.isArray(instances) || instances.length === 0) {
    const got = Array.isArray(instances) ? "an empty list" : shownValue(instances);
    const message = `must be a list of at least one object, got ${got}`;
    throw new InvalidInputError(`request is wrong: instances ${message}`, {
      issues: [{ path: "instances", message }],
    });
  }
  if (instances.length > MOST_INSTANCES) {
    throw new TooLargeError(
      `request has ${instances.length} instances; send at most ${MOST_INSTANCES} at once`,
    );
  }
  return instances;
}

interface Reading {
  readonly fields: readonly CompiledField[];
  readonly names: ReadonlySet<string>;
  readonly fetched: ReadonlySet<string>;
  readonly issues: IssueList;
  readonly pathOf: PathOf;
}

function readInstance(reading: Reading, instance: unknown, index: number): Row {
  const { fields, issues, pathOf } = reading;
  if (typeof instance !== "object" || instance === null || Array.isArray(instance)) {
    issues.add(`instances[${index}]`, `must be an object, got ${shownValue(instance)}`);
    return {};
  }
  const row: Record<string, number | string | boolean | null> = {};
  let present = 0;
  for (const { name, required, problem, read } of fields) {
    // Own members only: a missing field named "constructor" must not be found on the prototype.
    const given = Object.hasOwn(instance, name);
    if (given) present += 1;
    const value: unknown = given ? (instance as Record<string, unknown>)[name] : undefined;
    row[name] = null;
    if (value === null || value === undefined) {
      if (required) issues.add(pathOf(index, name), `is required, got ${shownValue(value)}`);
      continue;
    }
    const wrong = problem(value);
    if (wrong === undefined) row[name] = read(value);
    else issues.add(pathOf(index, name), wrong);
  }
  const keys = Object.keys(instance);
  if (keys.length > present) addUnknown(reading, keys, index);
  return row;
}

function addUnknown(reading: Reading, keys: readonly string[], index: number) {
  const { names, fetched, issues, pathOf } = reading;
  for (const key of keys) {
    if (issues.isFull()) return;
    if (names.has(key)) continue;
    const message = fetched.has(key)
      ? IS_FETCHED
      : `is not a field of the model; its fields are ${[...names].join(", ")}`;
    issues.add(pathOf(index, shortened(key)), message);
  }
}
