import { existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bundleDefinitions, readDefinitionsAsset } from "../../cdk/definitions-asset.ts";

const root = join(import.meta.dirname, "..", "..");
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-definitions-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("bundleDefinitions", () => {
  it("gives every model of the repository with its code and its schedules", () => {
    const { models } = bundleDefinitions(join(root, "models"), folder);

    expect(models).toContainEqual({
      model: "flight-delay",
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      schedules: { training: "0 4 1 * *", monitoring: "0 * * * *" },
      compute: {
        preparation: { on: "lambda" },
        training: { on: "lambda", memoryMb: 3008 },
      },
      inputs: [
        { name: "destination", kind: "category" },
        { name: "distance", kind: "number" },
        { name: "origin", kind: "category" },
        { name: "destination_late_rate_3h", kind: "number" },
        { name: "origin_flights_1h", kind: "number" },
        { name: "origin_late_rate_3h", kind: "number" },
        { name: "hour", kind: "number" },
        { name: "weekday", kind: "number" },
      ],
    });
    expect(models.map(({ model }) => model)).toEqual(
      globSync("models/*/model.ts", { cwd: root })
        .map((path) => basename(dirname(path)))
        .sort(),
    );
    for (const { model } of models) {
      for (const file of ["definition.json", "code.mjs"]) {
        expect(existsSync(join(folder, model, file)), `${model}/${file}`).toBe(true);
      }
    }
  });
});

describe("readDefinitionsAsset", () => {
  it.each([
    ["an object", "{}"],
    ["a model without digest", '[{"model":"a","schedules":{}}]'],
    ["a model without schedules", '[{"model":"a","digest":"b"}]'],
    ["a model without compute", '[{"model":"a","digest":"b","schedules":{}}]'],
    ["a model without inputs", '[{"model":"a","digest":"b","schedules":{},"compute":{}}]'],
    ["null", "[null]"],
  ])("fails on an index that is %s", (_name, index) => {
    writeFileSync(join(folder, "index.json"), index);

    expect(() => readDefinitionsAsset(folder)).toThrow(
      /is no list of {model, digest, schedules, compute, inputs}/,
    );
  });
});
