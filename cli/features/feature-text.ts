import type { CatalogueEntry, ShownFeature } from "../../engine/streams/feature-catalogue.ts";
import { dollars } from "../cost/cost-text.ts";
import { table } from "../table.ts";

/** All that is known of a feature, for people: a line a fact, then who reads it. */
export function featureText({ feature, stream, declaration, ...rest }: ShownFeature): string {
  const { users, owner, since, online, freshness, statistics, cost } = rest;
  const { description, operation, value, entity, window, availableAfter, of, where } = declaration;
  const facts: readonly (readonly [string, string])[] = [
    ["feature", feature],
    ["description", description ?? "-"],
    ["stream", stream],
    ["entity", entity.join(" + ")],
    ["value", [operation, value].filter((part) => part !== undefined).join(" of ")],
    ["share of", of ? JSON.stringify(of) : "-"],
    ["where", where.length > 0 ? JSON.stringify(where) : "-"],
    ["window", `${windowText(window)}, known after ${availableAfter}`],
    ["owner", owner],
    ["since", since],
    ["online", online ? onlineText(online) : "not filled; millrace features backfill fills it"],
    ["freshness", freshness ? freshnessText(freshness) : "no event came in yet"],
    ["statistics", statistics ? statisticsText(statistics) : "no version has it as an input yet"],
    ["cost", cost ? costText(cost) : "no event came in yet, or no prices of the region"],
  ];
  const rows = users.map(({ model, as, versions, since }) => ({
    model,
    as,
    versions: versions.join(", ") || "none yet",
    since,
  }));
  return [...facts.map(([name, text]) => `${name.padEnd(12)} ${text}`), "", table(rows)].join("\n");
}

const onlineText = ({
  completeFrom,
  newestEvent,
  isCurrent,
}: NonNullable<ShownFeature["online"]>) =>
  `complete from ${completeFrom}, newest event of the past ${newestEvent ?? "none"}${isCurrent ? "" : "; filled for an earlier declaration"}`;

const freshnessText = ({
  date,
  events,
  newestEvent,
  newestArrival,
}: NonNullable<ShownFeature["freshness"]>) =>
  `${events} events on ${date}; newest event ${newestEvent}, arrived ${newestArrival}`;

/** A version's training split says what the values are like. */
function statisticsText(statistics: NonNullable<ShownFeature["statistics"]>): string {
  const { model, version, rows, missingShare } = statistics;
  const of = `${rows.toLocaleString("en")} training rows of ${model} version ${version}`;
  const missing = `${((missingShare ?? 0) * 100).toFixed(1)}% missing`;
  if ("distinct" in statistics) {
    const most = Object.entries(statistics.mostFrequent).map(
      ([value, share]) => `${value} ${(share * 100).toFixed(1)}%`,
    );
    return `${of}: ${missing}, ${statistics.distinct} values, most often ${most.join(", ")}`;
  }
  const { mean, standardDeviation, min, max, quantiles } = statistics;
  const numbers = { mean, "standard deviation": standardDeviation, min, ...quantiles, max };
  const said = Object.entries(numbers).map(([name, value]) => `${name} ${numberText(value)}`);
  return `${of}: ${[missing, ...said].join(", ")}`;
}

const numberText = (value: number | null): string =>
  value === null ? "-" : String(Number(value.toPrecision(4)));

const costText = ({
  usdPerMonth,
  streamUsdPerMonth,
  isComplete,
  eventsPerMonth,
  region,
  assumed,
}: NonNullable<ShownFeature["cost"]>): string =>
  `${dollars(usdPerMonth)} USD a month of ${dollars(streamUsdPerMonth)} of its stream, at ${eventsPerMonth.toLocaleString("en")} events a month in ${region}${isComplete ? "" : ", and what has no number"}; assumed: ${assumed}`;

export const windowText = (window: CatalogueEntry["declaration"]["window"]): string =>
  typeof window === "string" ? window : `last ${window.last}`;
