import type { SuggestedModel } from "../../engine/init/suggest-model.ts";
import { present } from "../../engine/init/suggest-type.ts";
import type { TypedColumn } from "../../engine/init/typed-column.ts";

/** Categories of at most so many values, each of them seen often, are taken for all that there are. */
const MOST_VALUES = 12;
const SEEN_EACH = 20;
const SHOWN = 3;
const LONGEST_SHOWN = 24;
const DEFAULT_LENGTH = 256;
const MOST_LENGTH = 10_000;

/** A field as it stands in a definition, with what was seen of it on the line above. */
export function fieldLines(model: SuggestedModel, column: TypedColumn): readonly string[] {
  const { name } = column;
  const members = [
    `type: ${text(column.type)}`,
    `role: ${text(roleOf(model, column))}`,
    ...(column.facts.missing > 0 || isTarget(model, column) ? ["required: false"] : []),
    ...rules(column),
  ];
  return [
    ...remarks(model, column).map((remark) => `    // ${remark}`),
    `    ${name}: { ${members.join(", ")} },`,
  ];
}

export const text = (value: string): string => JSON.stringify(value);

const isTarget = (model: SuggestedModel, column: TypedColumn) => column === model.target.column;

function roleOf(model: SuggestedModel, column: TypedColumn): string {
  if (isTarget(model, column)) return "outcome";
  if (column.name === model.id) return "entity";
  const isOther = column.type === "timestamp" && column.name !== model.eventTime;
  const isLeak = model.leaks.some(({ name }) => name === column.name);
  const isEmpty = column.facts.distinct < 2;
  return isOther || isLeak || isEmpty || column.isFreeText || column.isId ? "ignored" : "feature";
}

function rules({ type, facts }: TypedColumn): readonly string[] {
  if (type === "number" || type === "integer") {
    return facts.min !== null && facts.min >= 0 ? ["min: 0"] : [];
  }
  if (type !== "category" && type !== "tags") return [];
  const { distinct, top, longest } = facts;
  if (type === "category" && isAllValues(facts)) {
    return [`values: [${top.slice(0, distinct).sort().map(text).join(", ")}]`];
  }
  return longest > DEFAULT_LENGTH ? [`maxLength: ${Math.min(longest * 2, MOST_LENGTH)}`] : [];
}

const isAllValues = (facts: TypedColumn["facts"]) =>
  facts.distinct >= 2 &&
  facts.distinct <= MOST_VALUES &&
  present(facts) >= facts.distinct * SEEN_EACH;

function remarks(model: SuggestedModel, column: TypedColumn): readonly string[] {
  const { name, facts, type } = column;
  const leak = model.leaks.find((one) => one.name === name);
  return [
    `${seen(column)}${facts.missing > 0 ? `; ${percent(facts.missing / facts.rows)} missing` : ""}`,
    ...(leak === undefined
      ? []
      : [
          `LEAK? It predicts the target alone (${leak.score.toFixed(3)} of 1), so it is left out. If it is known before the`,
          "event, make its role feature.",
        ]),
    ...(model.knownLater.includes(name)
      ? ["KNOWN LATER? If it is known only after the event, make its role ignored."]
      : []),
    ...(column.isFreeText ? ["Sentences, which are no category: left out."] : []),
    ...(facts.distinct < 2 && !isTarget(model, column) ? ["It says nothing: left out."] : []),
    ...(column.isId && name !== model.id ? ["It tells rows apart, too: left out."] : []),
    ...(type === "timestamp" && name !== model.eventTime
      ? ["Another time: row features may read it, once its role is feature."]
      : []),
  ];
}

/** What the sample has of a column. */
function seen({ type, facts }: TypedColumn): string {
  const { min, max, distinct, top } = facts;
  if ((type === "number" || type === "integer") && min !== null && max !== null) {
    return `Seen: ${min} to ${max}`;
  }
  const shown = top.slice(0, SHOWN).map((value) => text(shortened(value)));
  const more = distinct > SHOWN ? ", …" : "";
  return `Seen: ${distinct} different, ${shown.join(", ")}${more}`;
}

const shortened = (value: string) =>
  value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value;

const percent = (share: number) => `${Number((share * 100).toPrecision(2))}%`;
