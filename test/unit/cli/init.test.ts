import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { initModel } from "../../../cli/init/init.ts";
import { ConflictError, DataContractError, InvalidInputError } from "../../../core/errors.ts";
import { bundleDefinition } from "../../../engine/definition/bundle-definition.ts";

let models: string;
beforeAll(async () => {
  models = await mkdtemp(join(tmpdir(), "millrace-init-"));
});
afterAll(() => rm(models, { recursive: true, force: true }));

/** 600 orders: the refund tells which ones were bad, and is known only later. */
const orders = Array.from({ length: 600 }, (_, i) => ({
  order_id: 5_000 + i,
  placed_at: new Date(Date.UTC(2001, 0, 1) + i * 3_600_000).toISOString(),
  amount: (i * 37) % 101 === 0 ? null : ((i * 37) % 101) + 0.5,
  plan: ["basic", "pro", "team"][i % 3],
  postcode: `0${1_000 + (i % 60)}`,
  is_new: i % 2 === 0 ? "yes" : "no",
  labels: i % 4 === 0 ? ["late", "vip"] : ["vip"],
  refund: (i * 7) % 11 === 0 ? 20 : 0,
  "Ship Date": "2001-01-01",
  bad: (i * 7) % 11 === 0 ? 1 : 0,
}));

const csvOf = (delimiter: string) => {
  const { labels: _noLists, ...columns } = orders[0] as (typeof orders)[number];
  const names = Object.keys(columns);
  const lines = orders.map((order) =>
    names.map((name) => (order as never)[name] ?? "").join(delimiter),
  );
  return [names.join(delimiter), ...lines].join("\n");
};

async function init(name: string, file: string, content: string) {
  const from = join(models, file);
  await writeFile(from, content);
  const made = await initModel(name, { from, models });
  const bundle = await bundleDefinition(join(made.folder, "model.ts"));
  const text = await readFile(join(made.folder, "model.ts"), "utf8");
  return { ...made, text, definition: bundle.definition };
}

describe("millrace init", () => {
  it("writes a definition of a csv file that loads as it stands", async () => {
    const { definition, text, suggested } = await init("orders", "orders.csv", csvOf(";"));

    expect(definition).toMatchObject({
      name: "orders",
      source: {
        format: "csv",
        csv: { delimiter: ";" },
        files: [{ name: "orders.csv", from: "../orders.csv" }],
        id: "order_id",
        eventTime: "placed_at",
      },
      target: { type: "binary", from: ["bad"], expression: '"bad" = 1' },
      split: { by: "time" },
    });
    expect(definition.fields).toMatchObject({
      order_id: { type: "integer", role: "entity" },
      placed_at: { type: "timestamp", role: "feature" },
      amount: { type: "number", role: "feature", required: false, min: 0 },
      plan: { type: "category", values: ["basic", "pro", "team"] },
      postcode: { type: "category", role: "feature" },
      is_new: { type: "boolean", role: "feature" },
      refund: { type: "integer", role: "ignored" },
      bad: { type: "integer", role: "outcome" },
    });
    expect(suggested.leaks).toEqual([{ name: "refund", score: 1 }]);
    expect(text).toMatch(/LEAK\? It predicts the target alone \(1\.000 of 1\)/);
    expect(text).toMatch(/KNOWN LATER\?.*\n\s+refund:/);
    expect(text).toMatch(/Column "Ship Date" is not read: its name is not letters/);
    expect(definition.example).not.toHaveProperty("refund");
    expect(await readFile(join(models, "orders", "README.md"), "utf8")).toMatch(/^# orders\n/);
  });

  it("writes JSON Lines for a JSON array, whose lists of texts are tags", async () => {
    const { definition } = await init("listed", "orders.json", JSON.stringify(orders));

    expect(definition.source).toMatchObject({
      format: "jsonl",
      files: [{ name: "orders.jsonl", from: "orders.jsonl" }],
    });
    expect(definition.fields.labels).toMatchObject({ type: "tags", role: "feature" });
    const lines = await readFile(join(models, "listed", "orders.jsonl"), "utf8");
    expect(lines.trim().split("\n")).toHaveLength(600);
  });

  it("fails where the model is there already, and leaves it as it is", async () => {
    const from = join(models, "again.csv");
    await writeFile(from, csvOf(","));
    await initModel("again", { from, models });
    const path = join(models, "again", "model.ts");
    await writeFile(path, "mine");

    await expect(initModel("again", { from, models })).rejects.toThrow(ConflictError);
    expect(await readFile(path, "utf8")).toBe("mine");
  });

  it.each<[string, string, string, string, new (...a: never[]) => Error, RegExp]>([
    ["a name that no model can have", "My Model", "f.csv", "a,b\n", InvalidInputError, /a-z, 0-9/],
    ["an unknown format", "f-1", "f.xlsx", "x", InvalidInputError, /none of \.csv, \.jsonl/],
    ["an empty file", "f-2", "f.csv", "", DataContractError, /is empty \(0 bytes\)/],
    ["one column", "f-3", "f.csv", "a\n1\n2\n", DataContractError, /could be predicted/],
    ["a header only", "f-4", "f.csv", "a,b\n", DataContractError, /has no rows/],
  ])("fails on %s and writes nothing", async (_what, name, file, content, error, message) => {
    const from = join(models, file);
    await writeFile(from, content);

    const failed = initModel(name, { from, models });

    await expect(failed).rejects.toThrow(error);
    await expect(failed).rejects.toThrow(message);
    await expect(readFile(join(models, name, "model.ts"))).rejects.toThrow("ENOENT");
  });
});
