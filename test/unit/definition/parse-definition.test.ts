import { describe, expect, it } from "vitest";
import type { ModelDefinition } from "../../../core/definition/model-definition.ts";
import { modelInputs } from "../../../core/definition/model-inputs.ts";
import { parseDefinition, storedDefinition } from "../../../core/definition/parse-definition.ts";
import { InvalidInputError, type Issue } from "../../../core/errors.ts";
import { model as flightDelay } from "../../../models/flight-delay/model.ts";

function issuesOf(input: unknown): readonly Issue[] {
  try {
    parseDefinition(input);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.issues;
    throw error;
  }
  return [];
}

const with_ = (change: Partial<Record<keyof ModelDefinition | string, unknown>>) => ({
  ...flightDelay,
  ...change,
});

describe("parseDefinition", () => {
  it("accepts the flight-delay model and fills in defaults", () => {
    const definition = parseDefinition(flightDelay);

    expect(definition.candidates[0]?.parameters).toMatchObject({ bins: 255, leaves: 63 });
    expect(definition.promotion.mode).toBe("automatic");
  });

  it("names an unknown field by its path", () => {
    expect(issuesOf(with_({ ownr: "me" }))).toEqual([
      { path: "ownr", message: "is not a known field; remove it or correct its spelling" },
    ]);
  });

  it("names the path, the value and what is allowed", () => {
    const fields = { ...flightDelay.fields, distance: { type: "float", role: "feature" } };

    const issues = issuesOf(with_({ fields }));

    expect(issues).toHaveLength(1);
    expect(issues[0]?.path).toBe("fields.distance.type");
    expect(issues[0]?.message).toMatch(/"number".*"timestamp".*got "float"/);
  });

  it.each([
    ["an unknown nested field", { gates: { maxQuarantine: 0.1 } }, "gates.maxQuarantine"],
    ["a name with capitals", { name: "Flights" }, "name"],
    ["no definition at all", undefined, "definition"],
    [
      "an event time that is no field",
      { source: { ...flightDelay.source, eventTime: "day" } },
      "source.eventTime",
    ],
    [
      "an event time of another type",
      { source: { ...flightDelay.source, eventTime: "origin" } },
      "source.eventTime",
    ],
    ["an id that is no field", { source: { ...flightDelay.source, id: "nr" } }, "source.id"],
    [
      "a target over a feature",
      { target: { ...flightDelay.target, from: ["distance"] } },
      "target.from[0]",
    ],
    [
      "a target named as a feature",
      { target: { ...flightDelay.target, name: "origin" } },
      "target.name",
    ],
    [
      "a row feature over an outcome",
      { rowFeatures: { late: { type: "number", from: ["delay"], compute: () => 1 } } },
      "rowFeatures.late.from[0]",
    ],
    [
      "a row feature named as a field",
      { rowFeatures: { origin: { type: "number", from: ["date"], compute: () => 1 } } },
      "rowFeatures.origin",
    ],
    [
      "a row feature without code",
      { rowFeatures: { h: { type: "number", from: ["date"], compute: "x" } } },
      "rowFeatures.h.compute",
    ],
    [
      "splits that overlap",
      { split: { ...flightDelay.split, testFrom: "2001-04-01T00:00:00Z" } },
      "split.testFrom",
    ],
    [
      "shares that do not add up",
      { split: { by: "hash", shares: { train: 0.5, validation: 0.2, test: 0.2 } } },
      "split.shares",
    ],
    [
      "a group that is no field",
      {
        split: {
          by: "group",
          column: "nobody",
          shares: { train: 0.6, validation: 0.2, test: 0.2 },
        },
      },
      "split.column",
    ],
    [
      "two candidates of one name",
      { candidates: [flightDelay.candidates[0], flightDelay.candidates[0]] },
      "candidates[1].name",
    ],
    ["an example with an outcome", { example: { delay: 3 } }, "example.delay"],
    ["no candidate", { candidates: [] }, "candidates"],
    [
      "300 bins",
      { candidates: [{ name: "gb", family: "gradient-boosting", parameters: { bins: 300 } }] },
      "candidates[0].parameters.bins",
    ],
    [
      "a path out of the store",
      { source: { ...flightDelay.source, files: [{ name: "../secret" }] } },
      "source.files[0].name",
    ],
    ["a schedule that is no cron", { schedules: { training: "daily" } }, "schedules.training"],
  ])("fails on %s", (_name, change, path) => {
    const issues = issuesOf(change === undefined ? undefined : with_(change));

    expect(issues.map((issue) => issue.path)).toContain(path);
  });

  it("fails on a definition whose model would have no input", () => {
    const fields = {
      date: flightDelay.fields.date,
      delay: flightDelay.fields.delay,
    };

    expect(issuesOf(with_({ fields, rowFeatures: {}, example: {} }))).toMatchObject([
      { path: "fields" },
    ]);
  });
});

describe("modelInputs", () => {
  it("has feature fields by name, then row features by name, and no timestamp", () => {
    const inputs = modelInputs(storedDefinition(parseDefinition(flightDelay)));

    expect(inputs.map(({ name, kind }) => `${name}:${kind}`)).toEqual([
      "destination:category",
      "distance:number",
      "origin:category",
      "hour:number",
      "weekday:number",
    ]);
  });
});
