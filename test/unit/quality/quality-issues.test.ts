import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../core/errors.ts";
import { warnedChecks } from "../../../core/quality/row-checks.ts";
import { definitionWith, fieldsWith } from "../dataset/dataset-home.ts";

const TIME = {
  by: "time",
  validationFrom: "2001-05-01T00:00:00Z",
  testFrom: "2001-06-01T00:00:00Z",
} as const;

describe("quality rules of a definition", () => {
  it.each([
    ["quality.fields.gate", { quality: { fields: { gate: { range: "warn" } } } }],
    [
      "quality.rules.a.columns[0]",
      { quality: { rules: { a: { check: "unique", columns: ["gate"] } } } },
    ],
    [
      "quality.rules.a.from[0]",
      { quality: { rules: { a: { check: "sql", from: ["gate"], expression: "1" } } } },
    ],
    [
      "quality.rules.a.from[0]",
      {
        quality: { rules: { a: { check: "aggregate", from: ["gate"], expression: "1", max: 1 } } },
      },
    ],
    [
      "quality.rules.a.column",
      { quality: { rules: { a: { check: "null-share", column: "gate", max: 0 } } } },
    ],
    [
      "quality.rules.a.columns[0]",
      { quality: { rules: { a: { check: "distribution", columns: ["gate"] } } } },
    ],
    [
      "balance",
      {
        balance: { perRarest: 2 },
        target: { name: "minutes", type: "regression", from: ["delay"], expression: "delay" },
      },
    ],
    ["sampling.keepAll[0]", { sampling: { share: 0.5, keepAll: ["late"] } }],
    [
      "sampling.keepAll[0]",
      {
        sampling: { share: 0.5, keepAll: ["1"] },
        target: { name: "minutes", type: "regression", from: ["delay"], expression: "delay" },
      },
    ],
    [
      "quality.rules.a",
      {
        source: { ...definitionWith().definition.source, eventTime: undefined },
        split: { by: "hash", shares: { train: 0.6, validation: 0.2, test: 0.2 } },
        quality: { rules: { a: { check: "freshness", maxAge: "1d" } } },
      },
    ],
    ["split.gap", { split: { ...TIME, gap: "31d" } }],
  ])("are wrong at %s", (path, changes) => {
    let issues: readonly { readonly path: string }[] = [];
    try {
      definitionWith(changes as never);
    } catch (error) {
      issues = error instanceof InvalidInputError ? error.issues : [];
    }
    expect(issues.map((issue) => issue.path)).toContain(path);
  });

  it("take every column that there is, and keep no row without its key", () => {
    const { definition } = definitionWith({
      fields: fieldsWith({}),
      split: { ...TIME, gap: "1d" },
      quality: {
        fields: { date: { required: "warn" }, distance: { required: "warn", range: "fail" } },
        rules: {
          a: { check: "freshness", maxAge: "1d" },
          b: { check: "distribution" },
          c: { check: "distribution", columns: ["distance"] },
          d: { check: "row-count", min: 1 },
        },
      },
    });
    expect([...warnedChecks(definition)]).toEqual(["distance.required"]);
  });
});
