import { describe, expect, it } from "vitest";
import { contractColumns } from "../../../core/dataset/contract-columns.ts";
import { definitionWith, fieldsWith, parquetSource } from "./dataset-home.ts";

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
});
