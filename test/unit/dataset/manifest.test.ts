import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../core/canonical-json.ts";
import { type DatasetManifest, parseManifest } from "../../../core/dataset/manifest.ts";
import { IntegrityError } from "../../../core/errors.ts";

const split = {
  rows: 2,
  contentSha256: "c".repeat(64),
  parts: [{ name: "train/part.parquet", rows: 2, sizeBytes: 3, sha256: "d".repeat(64) }],
};
const binary = { ...split, positives: 1 };
const manifest: DatasetManifest = {
  model: "shop",
  digest: "a".repeat(64),
  inputs: [{ name: "age", kind: "number" }],
  target: "buys",
  splits: { train: binary, validation: binary, test: binary },
  rowsRead: 6,
  rowsQuarantined: 0,
  rowsOutside: 0,
};
const read = (stored: unknown) =>
  parseManifest(new TextEncoder().encode(canonicalJson(stored)), "shop", manifest.digest);

const withTrain = (train: object) => ({ ...manifest, splits: { ...manifest.splits, train } });

describe("parseManifest", () => {
  it("reads a manifest of a binary dataset as it was stored before there were others", () => {
    expect(read(manifest)).toEqual(manifest);
  });

  it("reads every part that a dataset may have", () => {
    const labelled = {
      ...split,
      label: { type: "multiclass" as const, counts: [["a", 1] as const, ["b", 1] as const] },
    };
    const full = {
      ...manifest,
      context: [{ name: "town", kind: "category" }],
      task: "multiclass",
      weighted: true,
      splits: { train: labelled, validation: labelled, test: labelled },
    };

    expect(read(full)).toEqual(full);
  });

  it.each([
    ["a field that nobody knows", { ...manifest, more: 1 }, /damaged/],
    [
      "a part that lacks its digest",
      withTrain({ ...binary, parts: [{ name: "x", rows: 2 }] }),
      /parts/,
    ],
    ["a count below 0", { ...manifest, rowsRead: -1 }, /rowsRead/],
    ["no labels at all", withTrain(split), /splits.train: must have either positives or label/],
    [
      "labels of two kinds",
      withTrain({ ...binary, label: { type: "binary", positives: 1 } }),
      /must have either positives or label/,
    ],
    ["another model", { ...manifest, model: "other" }, /says it is a+ of other/],
    ["another digest", { ...manifest, digest: "b".repeat(64) }, /says it is b+ of shop/],
  ])("fails on %s", (_what, stored, message) => {
    expect(() => read(stored)).toThrow(IntegrityError);
    expect(() => read(stored)).toThrow(message);
  });
});
