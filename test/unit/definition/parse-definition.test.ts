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
    expect(issues[0]?.message).toMatch(/"number".*"timestamp".*got the string "float"/);
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
      "a split without time in it",
      { split: { ...flightDelay.split, testFrom: "2001-05-01T02:00:00+02:00" } },
      "split.testFrom",
    ],
    [
      "bounds the wrong way round",
      {
        fields: {
          ...flightDelay.fields,
          distance: { type: "number", role: "feature", min: 2, max: 1 },
        },
      },
      "fields.distance.min",
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
      { candidates: [(flightDelay.candidates ?? [])[0], (flightDelay.candidates ?? [])[0]] },
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
    [
      "a batch of another model's files",
      { schedules: { batch: { cron: "0 6 * * *", prefix: "sources/others/new/" } } },
      "schedules.batch.prefix",
    ],
    [
      "a batch of no folder",
      { schedules: { batch: { cron: "0 6 * * *", prefix: `sources/${flightDelay.name}` } } },
      "schedules.batch.prefix",
    ],
  ])("fails on %s", (_name, change, path) => {
    const issues = issuesOf(change === undefined ? undefined : with_(change));

    expect(issues.map((issue) => issue.path)).toContain(path);
  });

  const awaitable = "then";
  const number = { type: "number", role: "feature" };
  const rowFeature = { type: "number", from: ["date"], compute: () => 1 };
  const withField = (name: string, field: object = number) =>
    with_({ fields: { ...flightDelay.fields, [name]: field } });

  it.each([
    ["a field that is the platform's", withField("__reason"), "fields.__reason", /platform's own/],
    ["a field that DuckDB has", withField("RowID"), "fields.RowID", /place of a row/],
    ["a field that objects have", withField("toString"), "fields.toString", /every object/],
    ["an input that is an output", withField("label"), "fields.label", /output of every model/],
    [
      "an input that is the other output",
      withField("probabilities"),
      "fields.probabilities",
      /output of every model/,
    ],
    [
      "a row feature that no module can export",
      with_({ rowFeatures: { [awaitable]: rowFeature } }),
      "rowFeatures.then",
      /promise/,
    ],
    [
      "a target that is the platform's",
      with_({ target: { ...flightDelay.target, name: "__label" } }),
      "target.name",
      /platform's own/,
    ],
    [
      "fields that differ in case only, though one is ignored",
      withField("Origin", { type: "category", role: "ignored" }),
      "fields.Origin",
      /Origin and origin differ in case only/,
    ],
    [
      "a row feature and a field that differ in case only",
      withField("Hour"),
      "rowFeatures.hour",
      /hour and Hour differ in case only/,
    ],
    [
      "a target and an input that differ in case only",
      with_({ target: { ...flightDelay.target, name: "ORIGIN" } }),
      "target.name",
      /ORIGIN and origin differ in case only/,
    ],
    [
      "a target that is an input",
      with_({ target: { ...flightDelay.target, name: "origin" } }),
      "target.name",
      /is the name of a field or row feature already/,
    ],
    [
      "an id that only objects have",
      with_({ source: { ...flightDelay.source, id: "constructor" } }),
      "source.id",
      /must name a field/,
    ],
    [
      "a group that only objects have",
      with_({
        split: {
          by: "group",
          column: "valueOf",
          shares: { train: 0.6, validation: 0.2, test: 0.2 },
        },
      }),
      "split.column",
      /must name a field/,
    ],
  ])("fails on %s", (_name, definition, path, message) => {
    expect(issuesOf(definition)).toEqual([{ path, message: expect.stringMatching(message) }]);
  });

  it("accepts a field of one allowed number", () => {
    expect(issuesOf(withField("one", { ...number, min: 1, max: 1 }))).toEqual([]);
  });

  it("accepts a target named as its outcome column, or as a graph's output", () => {
    for (const name of ["delay", "label", "DELAY"]) {
      expect(issuesOf(with_({ target: { ...flightDelay.target, name } }))).toEqual([]);
    }
  });

  it("names a definition that is not even an object", () => {
    for (const nothing of [undefined, null, 3]) {
      expect(() => parseDefinition(nothing)).toThrow(/of model \(without a name\) is wrong/);
    }
  });

  it("fails on a definition whose model would have no input", () => {
    const fields = {
      date: flightDelay.fields.date,
      delay: flightDelay.fields.delay,
    };

    expect(issuesOf(with_({ fields, rowFeatures: {}, aggregates: {}, example: {} }))).toMatchObject(
      [{ path: "fields" }],
    );
  });
});

describe("modelInputs", () => {
  it("has feature fields, aggregates, row features, each by name, and no timestamp", () => {
    const inputs = modelInputs(storedDefinition(parseDefinition(flightDelay)));

    expect(inputs.map(({ name, kind }) => `${name}:${kind}`)).toEqual([
      "destination:category",
      "distance:number",
      "origin:category",
      "destination_late_rate_3h:number",
      "origin_flights_1h:number",
      "origin_late_rate_3h:number",
      "hour:number",
      "weekday:number",
    ]);
  });

  it("has neither entities nor ignored fields", () => {
    const role = (of: string) => ({ ...flightDelay.fields.distance, role: of });
    const fields = { ...flightDelay.fields, who: role("entity"), unused: role("ignored") };

    const inputs = modelInputs(parseDefinition({ ...flightDelay, fields }));

    expect(inputs).toEqual(modelInputs(parseDefinition(flightDelay)));
  });

  it("does not depend on the order in which fields and row features were written", () => {
    const { fields, rowFeatures = {} } = flightDelay;
    const reversed = <T>(entries: Readonly<Record<string, T>>) =>
      Object.fromEntries(Object.entries(entries).toReversed());

    const written = { fields: reversed(fields), rowFeatures: reversed(rowFeatures) };

    expect(Object.keys(written.rowFeatures)).toEqual(["weekday", "hour"]);
    expect(modelInputs(parseDefinition({ ...flightDelay, ...written }))).toEqual(
      modelInputs(parseDefinition(flightDelay)),
    );
  });
});
