import { aggregateColumns } from "../../core/definition/aggregate-columns.ts";
import type { CheckedDefinition, Field, Row } from "../../core/definition/model-definition.ts";
import { type Random, seededRandom } from "../../core/training/random.ts";

const LEAST_TIME_MS = Date.UTC(1995, 0, 1);
const TIME_SPAN_MS = 30 * 365 * 86_400_000;
/** Of what a number without bounds is drawn from, either side of 0. */
const WIDEST = 1_000_000;
const WORDS = ["", "a", "ORD", "two words", "ÄÖ", "日本", "🙂", "0"];

/**
 * Rows as the definition's rules allow them: fields at and between their bounds, aggregates, and now
 * and then nothing where nothing is allowed. The same every time.
 */
export function drawnRows(definition: CheckedDefinition, count: number): readonly Row[] {
  const random = seededRandom(definition.seed);
  const fields = Object.entries(definition.fields);
  const aggregates = aggregateColumns(definition);
  return Array.from({ length: count }, () =>
    Object.fromEntries([
      ...fields.map(([name, field]) => [name, drawnValue(random, field)]),
      ...aggregates.map(({ name, kind }) => [
        name,
        drawnValue(random, { type: kind, required: false }),
      ]),
    ]),
  );
}

/** 0 to 1, without 1. */
const share = (random: Random) => random.nextUint32() / 2 ** 32;

const oneOf = <T>(random: Random, of: readonly T[]): T =>
  of[Math.floor(share(random) * of.length)] as T;

type Rules = Pick<Field, "type" | "required"> & Partial<Field>;

function drawnValue(random: Random, rules: Rules): Row[string] {
  if (!rules.required && share(random) < 0.2) return null;
  const { min = -WIDEST, max = WIDEST, values = WORDS } = rules;
  const between = min + share(random) * (max - min);
  switch (rules.type) {
    case "number":
      return oneOf(random, [between, between, between, min, max]);
    case "integer":
      return Math.round(oneOf(random, [between, between, between, min, max]));
    case "boolean":
      return share(random) < 0.5;
    case "timestamp":
      return Math.floor(LEAST_TIME_MS + share(random) * TIME_SPAN_MS);
    case "tags":
      return [oneOf(random, values)] as never;
    case "category":
      return oneOf(random, values);
  }
}
