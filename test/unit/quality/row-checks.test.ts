import { describe, expect, it } from "vitest";
import type { ModelDefinition } from "../../../core/definition/model-definition.ts";
import { hasFlags, laterFeatures, ruleColumns } from "../../../core/quality/row-checks.ts";
import { definitionWith, fieldsWith } from "../dataset/dataset-home.ts";

const storedWith = (changes: Partial<ModelDefinition>) => definitionWith(changes).definition;

type Quality = NonNullable<ModelDefinition["quality"]>;

const SQL = { check: "sql", from: ["distance"], expression: "distance > 0" };

describe("rows that may break a rule", () => {
  it("say so only where a rule lets them be kept", () => {
    const flags = (quality: object) => hasFlags(storedWith({ quality: quality as Quality }));

    expect(flags({})).toBe(false);
    expect(flags({ fields: { distance: { range: "warn" } } })).toBe(true);
    expect(flags({ rules: { a: { ...SQL, action: "warn" } } })).toBe(true);
    expect(flags({ rules: { a: { ...SQL, action: "fail" } } })).toBe(false);
  });

  it("keep every column where one of them may be too many", () => {
    const unique = { check: "unique", columns: ["distance"] } as const;
    const share = { check: "null-share", column: "distance", max: 0.5 } as const;
    const columns = (rule: object) =>
      ruleColumns(storedWith({ quality: { rules: { a: rule } } as Quality }), ["date", "distance"]);

    expect(columns(unique)).toEqual(["date", "distance"]);
    expect(columns(share)).toEqual(["distance"]);
    expect(columns({ ...SQL, action: "warn" })).toEqual(["date", "distance"]);
    expect(
      columns({ check: "aggregate", from: ["distance"], expression: "sum(distance)", max: 1 }),
    ).toEqual(["distance"]);
  });
});

describe("laterFeatures", () => {
  it("are the times beside the row's own", () => {
    const paid = { type: "timestamp", role: "feature", required: false } as const;
    const fields = { ...fieldsWith({}), paid, asked: paid };
    const split = { by: "hash", shares: { train: 0.6, validation: 0.2, test: 0.2 } } as const;
    const { source } = storedWith({});

    expect(laterFeatures(storedWith({ fields }))).toEqual(["asked", "paid"]);
    const timeless = { ...source, eventTime: undefined };
    expect(laterFeatures(storedWith({ fields, split, source: timeless }))).toEqual([]);
  });
});
