import type { StreamFeature } from "../../core/definition/stream-schema.ts";

type Condition = StreamFeature["where"][number];

const OPERATION_WORDS: Readonly<Record<StreamFeature["operation"], string>> = {
  count: "number of events",
  sum: "sum",
  mean: "mean",
  rate: "share of events",
  min: "smallest value",
  max: "largest value",
  standardDeviation: "standard deviation",
  distinct: "number of different values",
  last: "last value",
  first: "first value",
  topK: "most frequent values",
  timeSince: "seconds since the last event",
};

/** `share of events where late = true, of each origin, in the 3h before; an event is known after 1h` */
export function declarationWords(declaration: StreamFeature): string {
  const { operation, value, of, where, entity, window, availableAfter, k } = declaration;
  const most = k === undefined ? "" : `${k} `;
  const measured = `${most}${OPERATION_WORDS[operation]}${value === undefined ? "" : ` of ${value}`}`;
  const parts = [
    of ? `${measured} where ${conditionsWords(of)}` : measured,
    where.length > 0 ? `among events where ${conditionsWords(where)}` : "",
    `of each ${entity.join(" and ")}`,
    windowWords(window),
  ];
  const known = availableAfter === "0s" ? "" : `; an event is known after ${availableAfter}`;
  return `${parts.filter(Boolean).join(", ")}${known}`;
}

const windowWords = (window: StreamFeature["window"]) =>
  typeof window === "string" ? `in the ${window} before` : `in the last ${window.last} events`;

const conditionsWords = (conditions: readonly Condition[]) =>
  conditions.map(conditionWords).join(" and ");

function conditionWords(condition: Condition): string {
  const { field, is } = condition;
  if (!("value" in condition)) return `${field} is ${is}`;
  const { value } = condition;
  if (Array.isArray(value)) return `${field} ${is === "in" ? "" : "not "}in ${value.join(", ")}`;
  return `${field} ${is} ${value}`;
}
