import { describe, expect, it } from "vitest";
import { csvSchema, isFormat } from "../../../core/definition/field-schema.ts";
import { definitionSchema } from "../../../core/definition/schema.ts";

const { source } = definitionSchema.shape;
const files = [{ name: "f.csv" }];

describe("a source's format", () => {
  it.each([
    [{ format: "csv", csv: { delimiter: "\t", quote: "'", encoding: "latin-1" } }, undefined],
    [{ format: "jsonl" }, undefined],
    [{ format: "csv", newData: "start-run" }, undefined],
    [{ format: "parquet", csv: { delimiter: ";" } }, "is for csv files only"],
    [{ format: "csv", csv: { delimiter: ",," } }, "must be one character, such as ; or a tab"],
    [{ format: "csv", csv: { delimiter: '"' } }, "must be one character, such as ; or a tab"],
  ])("%j: %s", (given, message) => {
    const parsed = source.safeParse({ ...given, files });

    expect(parsed.error?.issues[0]?.message).toBe(message);
  });

  it("takes options of csv for csv only", () => {
    const csv = csvSchema.parse({ delimiter: ";" });

    expect(isFormat({ format: "csv", csv })).toBe(true);
    expect(isFormat({ format: "jsonl", csv })).toBe(false);
    expect(isFormat({ format: "jsonl" })).toBe(true);
  });
});
