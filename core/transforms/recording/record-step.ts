import type { FrameColumn } from "../../training/training-frame.ts";
import type { Operators } from "../operators.ts";
import { columnsOf, type TextTokens } from "../text-tokens.ts";
import type { AppliedStep } from "../transform-frame.ts";
import {
  type ArgumentKind,
  OPERATORS,
  type OperatorName,
  SIGNATURES,
} from "./operator-arguments.ts";
import type { RecordedOperator, RecordedStep } from "./recorded-step.ts";

/** A column by its place: what a step reads, then what each of its operators gives. */
interface Placed {
  readonly place: number;
}

/**
 * A fitted step as plain JSON: the operators that it is made of, with what they are given. Steps are
 * written by operators only, so this is all of it: neither the fit nor a transform's own code is needed
 * to carry it out again.
 *
 * @param kinds of what it reads, in its order
 */
export function recordStep(
  { reads, makes, build }: AppliedStep,
  kinds: readonly FrameColumn["kind"][],
): RecordedStep {
  const operators: RecordedOperator[] = [];
  let places = kinds.length;
  const record = (operator: OperatorName, given: readonly unknown[]) => {
    const signature = SIGNATURES[operator];
    operators.push({ operator, given: signature.map((kind, i) => encoded(kind, given[i])) });
    if (operator !== "countTokens") return { place: places++ };
    return Array.from({ length: columnsOf(given[1] as TextTokens) }, () => ({ place: places++ }));
  };
  const recorder = Object.fromEntries(
    OPERATORS.map((name) => [name, (...given: unknown[]) => record(name, given)] as const),
    // each takes and gives what its signature says
  ) as unknown as Operators<Placed, Placed>;
  const columns = kinds.map((kind, place) => ({ kind, value: { place } }));
  const gives = build(recorder, columns).map(({ value }) => value.place);
  return {
    reads: [...reads],
    makes: makes.map(({ kind, name }) => ({ kind, name })),
    ...{ operators, gives },
  };
}

function encoded(kind: ArgumentKind, given: unknown): unknown {
  if (kind === "operand" && typeof given === "number") return { constant: plain(given) };
  if (kind === "numbers" || kind === "texts" || kind === "operand") return (given as Placed).place;
  return plain(given);
}

/** A value as JSON that `ARGUMENTS` read. */
function plain(value: unknown): unknown {
  if (typeof value === "number") {
    if (Object.is(value, -0)) return "-0";
    return Number.isFinite(value) ? value : String(value);
  }
  if (typeof value === "string" || typeof value === "boolean") return value;
  // No instanceof: a transform's own code runs in a sandbox with a Map of its own.
  if (isIterable(value)) return Array.from(value, plain);
  return Object.fromEntries(
    Object.entries(Object(value)).map(([name, own]) => [name, plain(own)] as const),
  );
}

const isIterable = (value: unknown): value is Iterable<unknown> => Symbol.iterator in Object(value);
