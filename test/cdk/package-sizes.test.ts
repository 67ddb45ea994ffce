import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assertPackageSizes, packageBudget, packageSizes } from "../../cdk/package-sizes.ts";

let assembly = "";
beforeEach(() => {
  assembly = mkdtempSync(join(tmpdir(), "millrace-assembly-"));
});
afterEach(() => rmSync(assembly, { recursive: true }));

/** An assembly of one function of 300 bytes in two folders, with a layer of 1,000. */
function writeAssembly(): void {
  mkdirSync(join(assembly, "asset.code", "definitions"), { recursive: true });
  writeFileSync(join(assembly, "asset.code", "index.mjs"), "x".repeat(200));
  writeFileSync(join(assembly, "asset.code", "definitions", "index.json"), "x".repeat(100));
  mkdirSync(join(assembly, "asset.layer"));
  writeFileSync(join(assembly, "asset.layer", "libonnxruntime.so.1"), "x".repeat(1_000));
  const Resources = {
    Layer: { Type: "AWS::Lambda::LayerVersion", Metadata: { "aws:asset:path": "asset.layer" } },
    Predict: {
      Type: "AWS::Lambda::Function",
      Properties: { Layers: [{ Ref: "Layer" }] },
      Metadata: { "aws:asset:path": "asset.code", "aws:cdk:path": "stack/Predict" },
    },
    Table: { Type: "AWS::DynamoDB::Table" },
  };
  writeFileSync(join(assembly, "stack.template.json"), JSON.stringify({ Resources }));
}

describe("packageSizes", () => {
  it("counts a function's files, in folders too, and its layers'", () => {
    writeAssembly();

    expect(packageSizes(assembly, "stack.template.json")).toEqual([
      { path: "stack/Predict", bundleBytes: 300, sizeBytes: 1_300 },
    ]);
  });
});

describe("assertPackageSizes", () => {
  const sizes = [{ path: "stack/Predict", bundleBytes: 300, sizeBytes: 1_300 }];

  it("lets a function through that fills its budget", () => {
    expect(() =>
      assertPackageSizes(sizes, () => ({ bundleBytes: 300, sizeBytes: 1_300 })),
    ).not.toThrow();
  });

  it("fails on a function that is one byte over with its layers, and names it", () => {
    expect(() => assertPackageSizes(sizes, () => ({ bundleBytes: 300, sizeBytes: 1_299 }))).toThrow(
      /stack\/Predict has 1300 bytes with its layers, its budget is 1299/,
    );
  });

  it("fails on a bundle that is one byte over without its layers, and names it", () => {
    expect(() => assertPackageSizes(sizes, () => ({ bundleBytes: 299, sizeBytes: 1_300 }))).toThrow(
      /stack\/Predict has 300 bytes of bundle, its budget is 299/,
    );
  });
});

describe("packageBudget", () => {
  it.each([
    ["x86_64", 60_000_000],
    ["arm64", 40_000_000],
  ] as const)("keeps predict with its layer on %s within %i bytes", (architecture, sizeBytes) => {
    expect(packageBudget(architecture)("millrace-dev/Endpoint/Predict/Resource")).toEqual({
      bundleBytes: 5_000_000,
      sizeBytes,
    });
  });

  it("gives every other function what Lambda takes, and 5 MB of bundle", () => {
    expect(packageBudget("arm64")("millrace-dev/Training/Train3008/Resource")).toEqual({
      bundleBytes: 5_000_000,
      sizeBytes: 262_144_000,
    });
  });
});
