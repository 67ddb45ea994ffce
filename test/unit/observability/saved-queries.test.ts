import { beforeAll, describe, expect, it } from "vitest";
import { SAVED_QUERIES } from "../../../core/observability/saved-queries.ts";
import { filterOf } from "../../fixtures/insights-filter.ts";
import { type ObservedLine, observedLines } from "../../fixtures/observed-lines.ts";

// Source: "Supported logs and discovered fields", Amazon CloudWatch Logs user guide: every log, and
// what is found in the lines that Lambda itself writes.
const SYSTEM_FIELDS = new Set([
  ...["@timestamp", "@message", "@log", "@logStream", "@ingestionTime", "@requestId"],
  ...["@type", "@duration", "@billedDuration", "@initDuration", "@memorySize", "@maxMemoryUsed"],
]);

// Source: "CloudWatch Logs Insights language query syntax" and "Supported operations and functions".
const WORDS = new Set([
  ...["fields", "filter", "stats", "sort", "limit", "by", "as", "asc", "desc", "and", "or", "not"],
  ...["count", "sum", "avg", "max", "min", "pct", "latest", "bin", "coalesce", "ispresent"],
]);

/** Names of fields that a query reads; those that it makes itself (`as x`) are no fields of a log. */
function fieldsOf(text: string): readonly string[] {
  const plain = text.replace(/"[^"]*"/g, "").replaceAll("`", "");
  const own = new Set([...plain.matchAll(/\bas (\w+)/g)].map(([, name]) => name));
  const names = [...plain.matchAll(/@?[A-Za-z_][\w.]*/g)]
    .map(([name]) => name)
    .filter((name) => !own.has(name) && !WORDS.has(name));
  return [...new Set(names)];
}

let written: ReadonlySet<string>;
let lines: readonly ObservedLine[];
beforeAll(async () => {
  lines = await observedLines();
  written = new Set(lines.flatMap((line) => Object.keys(line)));
});

const unknownFields = (text: string) =>
  fieldsOf(text).filter((name) => !written.has(name) && !SYSTEM_FIELDS.has(name));

describe("saved queries", () => {
  it.each(SAVED_QUERIES)("$name asks only for fields that functions write", ({ text }) => {
    // units of bin() are no names: they follow a digit
    const withoutUnits = text.replace(/\b\d+[mhd]\b/g, "");

    expect(fieldsOf(withoutUnits).length).toBeGreaterThan(0);
    expect(unknownFields(withoutUnits)).toEqual([]);
  });

  it("are seen to ask for a field that nobody writes", () => {
    expect(unknownFields('fields @timestamp, latencyMs as x | filter runID = "LatencyMs"')).toEqual(
      ["latencyMs", "runID"],
    );
  });

  it.each([
    ["slowest-predictions", "", 5],
    ["latency-by-version", "", 3],
    ["one-request", "request-1", 7],
    ["refused-requests", "", 1],
    ["failed-runs", "", 1],
    ["one-run", "run-1", 4],
    // a request that failed (once, though it has two lines), a record that was lost, a version that was
    // not taken up, a task, a message that cannot be read
    ["errors-by-model", "", 5],
  ])("%s finds the lines that it is about", (name, id, count) => {
    const text = SAVED_QUERIES.find((query) => query.name === name)?.text ?? "";

    const isMatch = filterOf(text.replaceAll(/<[^>]*>/g, id));

    expect(lines.filter(isMatch)).toHaveLength(count);
  });

  it("do not take a caller's refusal for an error", () => {
    const refusal = lines.find(({ status }) => status === 400) ?? {};
    const text = SAVED_QUERIES.find(({ name }) => name === "errors-by-model")?.text ?? "";

    expect(refusal).toMatchObject({ Rejections: 1 });
    expect(filterOf(text)(refusal)).toBe(false);
  });

  it("have a name each", () => {
    const names = SAVED_QUERIES.map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z-]+$/);
  });
});
