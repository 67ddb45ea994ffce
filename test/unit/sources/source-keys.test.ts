import { describe, expect, it } from "vitest";
import { readsFile, sourceFileOf, startsByNewData } from "../../../core/sources/source-keys.ts";
import { storageKeys } from "../../../core/storage-keys.ts";

describe("sourceFileOf", () => {
  it.each([
    ["sources/flight/a.csv", "flight", "a.csv"],
    ["sources/flight-delay/a.csv", "flight-delay", "a.csv"],
    ["sources/flight/days/1/a b.csv", "flight", "days/1/a b.csv"],
    // as it is stored: nothing of it is decoded
    ["sources/flight/a+b%20c.csv", "flight", "a+b%20c.csv"],
    ["sources/flight/Zürich/🛫.csv", "flight", "Zürich/🛫.csv"],
    ["sources/flight/line\nbreak.csv", "flight", "line\nbreak.csv"],
    ["sources/flight/sources/flight/a.csv", "flight", "sources/flight/a.csv"],
  ])("takes %j apart", (key, model, file) => {
    expect(sourceFileOf(key)).toEqual({ model, file });
    expect(storageKeys.source(model, file)).toBe(key);
  });

  it.each([
    "sources/flight",
    "sources/flight/",
    "sources/",
    "sources//a.csv",
    "sourcesque/flight/a.csv",
    "runs/flight/r/sources/flight/a.csv",
    storageKeys.quarantine("flight", "r"),
    storageKeys.datasetManifest("flight", "d"),
    storageKeys.predictions("flight", "2026-01-01", "00", "n"),
    storageKeys.streamHistory("flights", "a.parquet"),
  ])("knows %j as no file of a source", (key) => {
    expect(sourceFileOf(key)).toBeUndefined();
  });
});

describe("readsFile", () => {
  const source = { files: [{ name: "old.csv" }], prefix: "days/" };

  it.each([
    ["old.csv", true],
    ["days/1.csv", true],
    ["days/2026/1.csv", true],
    ["new.csv", false],
    ["days-of-rain/1.csv", false],
    ["days/_SUCCESS", false],
    ["days/", false],
    ["others/days/1.csv", false],
  ])("of %s is %s", (file, expected) => {
    expect(readsFile(source, file)).toBe(expected);
  });

  it("is by names alone where there is no prefix", () => {
    expect(readsFile({ files: [{ name: "old.csv" }] }, "old.csv")).toBe(true);
    expect(readsFile({ files: [{ name: "old.csv" }] }, "older.csv")).toBe(false);
  });
});

describe("startsByNewData", () => {
  it.each([
    ["start-run", true],
    ["ignore", false],
    [undefined, false],
  ] as const)("of %s is %s", (newData, expected) => {
    expect(startsByNewData({ source: newData ? { newData } : {} })).toBe(expected);
  });
});
