import { IntegrityError } from "../../errors.ts";
import type { FrameColumn } from "../../training/training-frame.ts";
import type { ColumnValue, Operators } from "../operators.ts";
import { columnsOf, type TextTokens } from "../text-tokens.ts";
import type { AppliedStep } from "../transform-frame.ts";
import {
  ARGUMENTS,
  type ArgumentKind,
  kindGivenBy,
  type OperatorName,
  SIGNATURES,
} from "./operator-arguments.ts";
import type { RecordedOperator, RecordedStep } from "./recorded-step.ts";

type Kind = FrameColumn["kind"];

/** An operator with what it is given: columns as functions of the values so far. */
interface Operation {
  readonly operator: OperatorName;
  readonly given: readonly Given[];
}

type Given = { readonly place: number } | { readonly value: unknown };

/**
 * What `recordStep` made of a step, as a step.
 *
 * @param kinds of what it reads, in its order
 * @throws {IntegrityError} if an operator is given what it does not take; says the first one
 */
export function replayStep(
  { reads, makes, operators, gives }: RecordedStep,
  kinds: readonly Kind[],
): AppliedStep {
  const places = [...kinds];
  const operations = operators.map((recorded): Operation => {
    const given = decoded(recorded, places);
    places.push(...kindsGiven(recorded.operator, given));
    return { operator: recorded.operator, given };
  });
  if (gives.length !== makes.length || gives.some((at, i) => places[at] !== makes[i]?.kind)) {
    throw damaged(`a step does not give ${makes.map(({ name }) => name).join(", ")}`);
  }
  return {
    reads,
    makes,
    build<Numbers, Texts>(
      nodes: Operators<Numbers, Texts>,
      read: readonly ColumnValue<Numbers, Texts>[],
    ) {
      const values: unknown[] = read.map(({ value }) => value);
      const carriedOut = nodes as unknown as Record<OperatorName, (...given: unknown[]) => unknown>;
      for (const { operator, given } of operations) {
        const own = given.map((one) => ("place" in one ? values[one.place] : one.value));
        const made = carriedOut[operator](...own);
        if (operator === "countTokens") values.push(...(made as readonly unknown[]));
        else values.push(made);
      }
      // kinds were compared above
      return gives.map((at) => ({ kind: places[at], value: values[at] })) as ColumnValue<
        Numbers,
        Texts
      >[];
    },
  };
}

const damaged = (what: string) => new IntegrityError(`stored transforms are damaged: ${what}`);

/** What an operator is given, read by its signature. */
function decoded({ operator, given }: RecordedOperator, places: readonly Kind[]): readonly Given[] {
  const signature = SIGNATURES[operator];
  if (given.length !== signature.length) {
    throw damaged(`${operator} takes ${signature.length} values, not ${given.length}`);
  }
  return signature.map((kind, i) => {
    const parsed = ARGUMENTS[kind].safeParse(given[i]);
    const own = parsed.success ? asGiven(kind, parsed.data, places) : undefined;
    if (own) return own;
    throw damaged(`${operator} takes ${kind} at place ${i}, which is something else`);
  });
}

/** `undefined` for a place that has no column of the kind. */
function asGiven(kind: ArgumentKind, value: unknown, places: readonly Kind[]): Given | undefined {
  if (kind === "operand" && typeof value === "object") return { value: Object(value).constant };
  if (kind !== "numbers" && kind !== "texts" && kind !== "operand") return { value };
  const place = value as number;
  const wanted = kind === "texts" ? "category" : "number";
  return places[place] === wanted ? { place } : undefined;
}

function kindsGiven(operator: OperatorName, given: readonly Given[]): readonly Kind[] {
  if (operator !== "countTokens") return [kindGivenBy(operator)];
  const [, tokens] = given as readonly [Given, { readonly value: TextTokens }];
  return new Array<Kind>(columnsOf(tokens.value)).fill("number");
}
