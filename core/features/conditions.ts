import type { StreamCondition, StreamDefinition } from "../definition/stream-schema.ts";
import type { KeptValue } from "./event-block.ts";
import type { EventValue } from "./feature-store.ts";

/** Whether a value meets a condition; undefined if that is not known. */
type Test = (value: KeptValue) => boolean | undefined;

export interface CompiledCondition {
  readonly field: string;
  readonly test: Test;
}

/** Makes functions of conditions. Times, written as ISO 8601, become milliseconds. */
export function compileConditions(
  { fields }: Pick<StreamDefinition, "fields">,
  conditions: readonly StreamCondition[],
): readonly CompiledCondition[] {
  return conditions.map((condition) => {
    const isTime = fields[condition.field]?.type === "timestamp";
    const wanted = (value: string | number | boolean) => (isTime ? Date.parse(`${value}`) : value);
    return { field: condition.field, test: ifKnown(testOf(condition, wanted)) };
  });
}

const ifKnown =
  (test: (value: EventValue) => boolean): Test =>
  (value) =>
    value === undefined ? undefined : test(value);

function testOf(
  condition: StreamCondition,
  wanted: (value: string | number | boolean) => string | number | boolean,
): (value: EventValue) => boolean {
  if (!("value" in condition)) return (value) => (value === null) === (condition.is === "missing");
  if (Array.isArray(condition.value)) {
    const allowed = new Set<EventValue>(condition.value.map(wanted));
    const isIn = condition.is === "in";
    return (value) => value !== null && allowed.has(value) === isIn;
  }
  const compare = COMPARISONS[condition.is as keyof typeof COMPARISONS];
  const limit = wanted(condition.value);
  return (value) => value !== null && compare(value, limit);
}

type Scalar = string | number | boolean;

const COMPARISONS = {
  "=": (a: Scalar, b: Scalar) => a === b,
  "!=": (a: Scalar, b: Scalar) => a !== b,
  "<": (a: Scalar, b: Scalar) => a < b,
  "<=": (a: Scalar, b: Scalar) => a <= b,
  ">": (a: Scalar, b: Scalar) => a > b,
  ">=": (a: Scalar, b: Scalar) => a >= b,
} as const;
