import type { FieldType } from "../../core/definition/model-definition.ts";
import { mayBe } from "../dataset/field-types.ts";
import type { ColumnFacts } from "./column-facts.ts";

/** Text that is longer on average, and seldom repeated, is written by people. */
const FREE_TEXT_LENGTH = 40;

/** The type that a column's values have, or `undefined` where no field can have it. */
export function suggestType(facts: ColumnFacts): FieldType | undefined {
  if (facts.type === "VARCHAR[]") return "tags";
  if (facts.type !== "VARCHAR" && facts.type !== "JSON") return typeOfParquet(facts);
  if (facts.structures > 0) return facts.lists === present(facts) ? "tags" : undefined;
  return typeOfText(facts);
}

/** Parquet says what its columns are. */
function typeOfParquet({ type, ...facts }: ColumnFacts): FieldType | undefined {
  if (mayBe("boolean", type)) return "boolean";
  if (mayBe("timestamp", type)) return "timestamp";
  if (mayBe("number", type)) return facts.wholes === facts.numbers ? "integer" : "number";
  return mayBe("category", type) ? "category" : undefined;
}

/** Text is what all of its values can be. */
function typeOfText(facts: ColumnFacts): FieldType {
  const count = present(facts);
  if (count === 0) return "category";
  if (facts.truths === count && facts.distinct === 2) return "boolean";
  if (facts.numbers === count && facts.leadingZeros === 0) {
    return facts.wholes === count ? "integer" : "number";
  }
  return facts.instants === count ? "timestamp" : "category";
}

/** Rows that have a value. */
export const present = ({ rows, missing }: Pick<ColumnFacts, "rows" | "missing">): number =>
  rows - missing;

/** Whether a category is sentences rather than one of many words. */
export const isFreeText = (facts: ColumnFacts): boolean =>
  facts.meanLength > FREE_TEXT_LENGTH && facts.distinct > present(facts) / 2;
