import type { Issue } from "../errors.ts";
import { contextColumns } from "./context-columns.ts";
import type { CheckedDefinition } from "./model-definition.ts";
import { modelInputs } from "./model-inputs.ts";
import { OUTPUT_NAMES } from "./task.ts";

/** Names that no column may have, in lower case, and whose they are. */
const RESERVED = new Map([
  ["rowid", "DuckDB's name for the place of a row"],
  // A module that exports it is taken for a promise, and never finishes loading.
  ["then", "what makes an object a promise"],
  ...Object.getOwnPropertyNames(Object.prototype).map(
    (name) => [name.toLowerCase(), "a member of every object"] as const,
  ),
]);

/** A name that the definition gives, and where it stands. */
interface Given {
  readonly name: string;
  readonly path: string;
}

/**
 * What is wrong with the names of columns: some are the platform's, and two that differ in case only
 * are one name to SQL.
 */
export function nameIssues(definition: CheckedDefinition): readonly Issue[] {
  const { fields, rowFeatures, target } = definition;
  const columns: readonly Given[] = [
    ...Object.keys(fields).map((name) => ({ name, path: `fields.${name}` })),
    ...Object.keys(rowFeatures).map((name) => ({ name, path: `rowFeatures.${name}` })),
  ];
  const label: Given = { name: target.name, path: "target.name" };
  const inputs = new Set(modelInputs(definition).map(({ name }) => name));
  const inputColumns = columns.filter(({ name }) => inputs.has(name));
  const context = new Set(contextColumns(definition).map(({ name }) => name));
  const stored = columns.filter(({ name }) => inputs.has(name) || context.has(name));
  return [
    ...[...columns, label].flatMap(reservedIssue),
    ...inputColumns.flatMap(outputIssue),
    ...columns.flatMap((column, i) => twinIssue(column, columns.slice(0, i))),
    ...twinIssue(label, stored),
  ];
}

function reservedIssue({ name, path }: Given): readonly Issue[] {
  const owner = name.startsWith("__") ? "the platform's own" : RESERVED.get(name.toLowerCase());
  if (owner === undefined) return [];
  return [{ path, message: `the name ${name} is ${owner}; choose another name` }];
}

function outputIssue({ name, path }: Given): readonly Issue[] {
  if (!OUTPUT_NAMES.includes(name)) return [];
  return [{ path, message: `the name ${name} is an output of every model; choose another name` }];
}

function twinIssue({ name, path }: Given, others: readonly Given[]): readonly Issue[] {
  const twin = others.find(
    (other) => other.name !== name && other.name.toLowerCase() === name.toLowerCase(),
  );
  if (twin === undefined) return [];
  return [{ path, message: `${name} and ${twin.name} differ in case only; rename one of them` }];
}
