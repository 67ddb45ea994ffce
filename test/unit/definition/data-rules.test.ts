import { describe, expect, it } from "vitest";
import { contextColumns } from "../../../core/definition/context-columns.ts";
import { modelInputs } from "../../../core/definition/model-inputs.ts";
import { parseDefinition, storedDefinition } from "../../../core/definition/parse-definition.ts";
import { InvalidInputError, type Issue } from "../../../core/errors.ts";

const shares = { train: 0.6, validation: 0.2, test: 0.2 };
const compute = () => null;

/** A model over age and town, without time. */
const shop = {
  name: "shop",
  owner: "tests",
  description: "who buys",
  source: { format: "csv", files: [{ name: "shop.csv" }] },
  fields: {
    at: { type: "timestamp", role: "ignored" },
    age: { type: "number", role: "feature" },
    town: { type: "category", role: "feature" },
    region: { type: "category", role: "ignored" },
    query: { type: "integer", role: "entity" },
    bought: { type: "category", role: "outcome" },
    price: { type: "number", role: "outcome" },
  },
  target: { name: "buys", type: "binary", from: ["bought"], expression: "bought = 'yes'" },
  split: { by: "hash", shares },
  candidates: [{ name: "boosting", family: "gradient-boosting" }],
};

const multiclass = {
  target: { ...shop.target, type: "multiclass", expression: "bought", classes: ["no", "yes"] },
};
const regression = {
  target: { name: "paid", type: "regression", from: ["price"], expression: "price" },
};
const ranking = {
  target: { ...regression.target, type: "ranking", group: "query" },
  split: { by: "group", column: "query", shares },
};
const byTime = {
  by: "time",
  validationFrom: "2001-05-01T00:00:00Z",
  testFrom: "2001-06-01T00:00:00Z",
};

function issuesOf(changes: object): readonly Issue[] {
  try {
    parseDefinition({ ...shop, ...changes });
  } catch (error) {
    if (error instanceof InvalidInputError) return error.issues;
    throw error;
  }
  return [];
}

describe("rules of a definition's data", () => {
  it.each<[string, object]>([
    ["rows without time, split by hash", {}],
    ["rows with time", { source: { ...shop.source, eventTime: "at" }, split: byTime }],
    ["classes", multiclass],
    ["numbers", regression],
    ["quantiles", { target: { ...regression.target, quantiles: [0.1, 0.5, 0.9] } }],
    ["queries split by group", ranking],
    [
      "queries split by time",
      { ...ranking, source: { ...shop.source, eventTime: "at" }, split: byTime },
    ],
    [
      "queries by a row feature, split by it",
      {
        rowFeatures: { day: { type: "category", from: ["age"], compute, input: false } },
        target: { ...ranking.target, group: "day" },
        split: { ...ranking.split, column: "day" },
      },
    ],
    ["a weight of any column", { weight: { from: ["region", "age"], expression: "age" } }],
    ["weights of both classes", { classWeights: { 0: 1, 1: 5 } }],
    ["weights of named classes", { ...multiclass, classWeights: { yes: 2 } }],
    ["balanced classes", { classWeights: "balanced" }],
    [
      "slices by an input, an entity, what is ignored otherwise, and a row feature",
      {
        rowFeatures: { old: { type: "category", from: ["age"], compute, input: false } },
        evaluation: { slices: ["age", "query", "region", "old"], protectedGroups: ["region"] },
        gates: { fairness: [{ column: "region", measure: "disparateImpact", min: 0.8 }] },
      },
    ],
  ])("allow %s", (_what, changes) => {
    expect(issuesOf(changes)).toEqual([]);
  });

  it.each<[string, object, string, RegExp]>([
    ["a split by time without time", { split: byTime }, "source.eventTime", /to split by time/],
    [
      "classes that are not said",
      { target: { ...multiclass.target, classes: undefined } },
      "target.classes",
      /is needed by a multiclass target/,
    ],
    [
      "classes of two",
      { target: { ...shop.target, classes: ["a", "b"] } },
      "target.classes",
      /is of multiclass targets only, this one is binary/,
    ],
    [
      "a class twice",
      { target: { ...multiclass.target, classes: ["no", "yes", "no"] } },
      "target.classes[2]",
      /"no" is there twice/,
    ],
    [
      "a class in upper and in lower case",
      { target: { ...multiclass.target, classes: ["no", "yes", "No"] } },
      "target.classes[2]",
      /"No" is there in upper and in lower case/,
    ],
    [
      "quantiles of classes",
      { target: { ...multiclass.target, quantiles: [0.5] } },
      "target.quantiles",
      /regression targets only/,
    ],
    [
      "quantiles that fall",
      { target: { ...regression.target, quantiles: [0.5, 0.5] } },
      "target.quantiles[1]",
      /must ascend, got 0.5/,
    ],
    [
      "a group of numbers",
      { target: { ...regression.target, group: "query" } },
      "target.group",
      /ranking targets only/,
    ],
    [
      "a ranking without queries",
      { ...ranking, target: { ...ranking.target, group: undefined } },
      "target.group",
      /is needed by a ranking target/,
    ],
    [
      "queries by a column that is nowhere",
      {
        target: { ...ranking.target, group: "nobody" },
        source: { ...shop.source, eventTime: "at" },
        split: byTime,
      },
      "target.group",
      /must name a row feature of type category, or a field of type category or integer/,
    ],
    [
      "queries by a number with a fraction",
      { target: { ...ranking.target, group: "age" }, split: { ...ranking.split, column: "age" } },
      "target.group",
      /category or integer/,
    ],
    [
      "queries by an outcome",
      {
        target: { ...ranking.target, group: "bought" },
        split: { ...ranking.split, column: "bought" },
      },
      "target.group",
      /no outcome/,
    ],
    [
      "groups by a row feature that is no text",
      {
        rowFeatures: { half: { type: "number", from: ["age"], compute } },
        split: { ...ranking.split, column: "half" },
      },
      "split.column",
      /must name a field, or a row feature of type category/,
    ],
    ["queries torn apart by hash", { ...ranking, split: shop.split }, "split.by", /tear queries/],
    [
      "queries torn apart by another group",
      { ...ranking, split: { ...ranking.split, column: "town" } },
      "split.column",
      /must be target.group \(query\).*got the string "town"/,
    ],
    [
      "a weight over nothing",
      { weight: { from: ["age", "mass"], expression: "mass" } },
      "weight.from[1]",
      /must name a field, got the string "mass"/,
    ],
    [
      "a routing key that no request carries",
      { serving: { routingKey: "customer" } },
      "serving.routingKey",
      /must name a field that the target is not made from, got the string "customer"/,
    ],
    [
      "a redacted name that nothing has",
      { serving: { log: { redact: ["emial"] } } },
      "serving.log.redact[0]",
      /must name a field, row feature or aggregate, got the string "emial"/,
    ],
    ["weights of no class", { classWeights: { yes: 2 } }, "classWeights.yes", /it has 0, 1/],
    [
      "weights of classes of numbers",
      { ...regression, classWeights: "balanced" },
      "classWeights",
      /a regression target has no classes/,
    ],
    [
      "weights of classes of an order",
      { ...ranking, classWeights: { 0: 1 } },
      "classWeights",
      /a ranking target has no classes/,
    ],
    [
      "slices by a time",
      { evaluation: { slices: ["age", "at"] } },
      "evaluation.slices[1]",
      /no timestamp/,
    ],
    [
      "groups by a column that is nowhere",
      { evaluation: { protectedGroups: ["sex"] } },
      "evaluation.protectedGroups[0]",
      /got the string "sex"/,
    ],
    [
      "slices by the target itself",
      { target: { ...shop.target, name: "bought" }, evaluation: { slices: ["bought"] } },
      "evaluation.slices[0]",
      /not the target/,
    ],
    [
      "fairness of a group that is not protected",
      {
        evaluation: { slices: ["town"] },
        gates: { fairness: [{ column: "town", measure: "disparateImpact", min: 0.8 }] },
      },
      "gates.fairness[0].column",
      /evaluation.protectedGroups/,
    ],
    [
      "a target named as a slice but for case",
      { target: { ...shop.target, name: "Region" }, evaluation: { slices: ["region"] } },
      "target.name",
      /differ in case only/,
    ],
    [
      "an input named as what models answer",
      { fields: { ...shop.fields, prediction: { type: "number", role: "feature" } } },
      "fields.prediction",
      /output of every model/,
    ],
  ])("refuse %s", (_what, changes, path, message) => {
    const issues = issuesOf(changes);

    expect(issues.map((issue) => issue.path)).toEqual([path]);
    expect(issues[0]?.message).toMatch(message);
  });
});

describe("contextColumns", () => {
  const definition = storedDefinition(
    parseDefinition({
      ...shop,
      rowFeatures: {
        old: { type: "category", from: ["age"], compute, input: false },
        square: { type: "number", from: ["age"], compute },
      },
      evaluation: { slices: ["town", "region", "square"], protectedGroups: ["region", "query"] },
    }),
  );

  it("has what rows are told apart by and no model reads, by name, once", () => {
    expect(contextColumns(definition)).toEqual([
      { name: "old", kind: "category", origin: "row-feature" },
      { name: "query", kind: "number", origin: "field" },
      { name: "region", kind: "category", origin: "field" },
    ]);
  });

  it("has nothing in common with the inputs", () => {
    expect(modelInputs(definition).map(({ name }) => name)).toEqual(["age", "town", "square"]);
  });

  it("takes row features of definitions that know no `input` for inputs", () => {
    const { input: _unknown, ...older } = definition.rowFeatures.old as { input: boolean };
    const rowFeatures = { old: older } as unknown as typeof definition.rowFeatures;

    expect(modelInputs({ ...definition, rowFeatures }).map(({ name }) => name)).toContain("old");
    expect(contextColumns({ ...definition, rowFeatures })).not.toContainEqual(
      expect.objectContaining({ name: "old" }),
    );
  });
});
