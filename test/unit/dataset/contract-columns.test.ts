import { describe, expect, it } from "vitest";
import { contractColumns } from "../../../core/dataset/contract-columns.ts";
import { definitionWith, fieldsWith, parquetSource } from "./dataset-home.ts";
import { bySearch, offersDefinition, targets } from "./shop-rows.ts";

describe("contractColumns", () => {
  it("has every field but the ignored ones, by name", () => {
    const fields = fieldsWith({ destination: { role: "ignored" } });

    const columns = contractColumns(definitionWith({ fields }).definition);

    expect(columns.map(({ name }) => name)).toEqual(["date", "delay", "distance", "origin"]);
  });

  it("demands what tells rows apart, even of ignored and optional fields", () => {
    const { definition } = definitionWith({
      fields: fieldsWith({
        date: { required: false },
        destination: { role: "ignored", required: false },
        origin: { required: false },
      }),
      source: { ...parquetSource("f.parquet"), id: "destination" },
      split: {
        by: "group",
        column: "origin",
        shares: { train: 0.6, validation: 0.2, test: 0.2 },
      },
    });

    const required = Object.fromEntries(
      contractColumns(definition).map((column) => [column.name, column.required]),
    );

    expect(required).toMatchObject({ date: true, destination: true, origin: true });
  });

  it("has what weights, queries and slices are told by, ignored as it may be", () => {
    const { definition } = offersDefinition({
      target: targets.ranking,
      split: bySearch,
      weight: { from: ["shown"], expression: "shown" },
      evaluation: { protectedGroups: ["region"] },
    });

    const columns = contractColumns(definition);

    expect(columns.map(({ name, required }) => [name, required])).toEqual([
      ["amount", false],
      ["clicks", false],
      ["colour", true],
      ["grade", false],
      ["price", false],
      ["region", false],
      ["search", true],
      ["shown", false],
    ]);
  });

  it("lets no row lack its query", () => {
    const { definition } = offersDefinition({ target: targets.ranking, split: bySearch });
    const fields = { ...definition.fields };
    const search = { ...fields.search, required: false } as (typeof fields)[string];
    const byTime = { by: "time", validationFrom: "", testFrom: "" } as const;

    const columns = contractColumns({
      ...definition,
      split: byTime,
      fields: { ...fields, search },
    });

    expect(columns.find(({ name }) => name === "search")?.required).toBe(true);
  });
});
