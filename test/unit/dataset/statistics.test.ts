import { describe, expect, it } from "vitest";
import { numberObserver } from "../../../core/dataset/number-observer.ts";
import { mergeNumbers, NO_NUMBERS, numberStatistics } from "../../../core/dataset/number-sketch.ts";
import { categoryStatistics } from "../../../core/dataset/statistics.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { datasetHome, definitionWith, FLIGHTS } from "./dataset-home.ts";

describe("numberObserver", () => {
  it("equals the hand-computed statistics of six numbers in two chunks", () => {
    const observer = numberObserver();
    observer.add(Float32Array.of(5, 1, Number.NaN));
    observer.add(Float32Array.of(-2, 2, 2, Number.POSITIVE_INFINITY));

    expect(observer.statistics()).toMatchObject({
      rows: 7,
      missing: 2,
      distinct: 4,
      min: -2,
      max: 5,
      mean: 1.6,
      // squares of the deviations: 11.56 + 0.36 + 12.96 + 0.16 + 0.16, by 5
      standardDeviation: Math.sqrt(5.04),
      frequent: [
        [2, 2],
        [-2, 1],
        [1, 1],
        [5, 1],
      ],
    });
  });

  it("finds the same of many values, whichever come first", () => {
    const values = Float32Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 10_000);
    const forth = numberObserver();
    forth.add(values);
    const back = numberObserver();
    for (let end = 20_000; end > 0; end -= 1_000) back.add(values.slice(end - 1_000, end));

    expect(back.statistics()).toEqual(forth.statistics());
    const { distinct, mean, quantiles, frequent } = forth.statistics();
    expect(mean).toBe(4_999.5);
    expect(Math.abs(distinct / 10_000 - 1)).toBeLessThan(0.05);
    const [, median = 0] = quantiles.find(([share]) => share === 0.5) ?? [];
    expect(Math.abs(median / 4_999 - 1)).toBeLessThan(2 ** -8);
    expect(frequent).toEqual([]);
  });

  it.each([
    ["few values, each often", 20_000, 50],
    ["more distinct values than are kept", 20_000, 15_000],
  ])("merged from parts is that of the whole, exactly: %s", (_, rows, distinct) => {
    const values = Float32Array.from({ length: rows }, (_, i) =>
      i % 97 === 0 ? Number.NaN : (((i * 7919) % distinct) - 100) / 3,
    );
    const sketchOf = (chunk: Float32Array) => {
      const observer = numberObserver();
      observer.add(chunk);
      return observer.sketch();
    };
    const parts = [0, 30, 7_000, 7_001, 19_000].map((from, i, all) =>
      sketchOf(values.slice(from, all[i + 1] ?? rows)),
    );

    const whole = sketchOf(values);
    expect([...parts, NO_NUMBERS].reduce(mergeNumbers)).toEqual(whole);
    expect(parts.toReversed().reduce(mergeNumbers)).toEqual(whole);
    expect(numberStatistics(whole)).toMatchObject({ rows, missing: 207 });
    expect(whole.values.isSample).toBe(distinct > 4_096);
  });

  it("knows of a column without numbers that it has none", () => {
    const observer = numberObserver();
    observer.add(Float32Array.of(Number.NaN));

    expect(observer.statistics()).toMatchObject({
      rows: 1,
      missing: 1,
      distinct: 0,
      min: null,
      mean: null,
      quantiles: [],
      frequent: [],
    });
  });
});

describe("categoryStatistics", () => {
  it("names the ten most frequent strings", () => {
    const counts = Array.from({ length: 12 }, (_, i) => [`s${i}`, 12 - i] as const);
    const of = { kind: "category", rows: 80, missing: 2, distinct: 12, counts, other: 0 } as const;

    const { frequent, ...rest } = categoryStatistics(of);

    expect(rest).toEqual({ kind: "category", rows: 80, missing: 2, distinct: 12 });
    expect(frequent).toEqual(counts.slice(0, 10));
  });
});

describe("the stored statistics", () => {
  it("tell of every column and the label, split by split, the same in shards", async () => {
    const stored = async (isStaged: boolean) => {
      const home = await datasetHome();
      await home.source(FLIGHTS);
      const made = isStaged ? home.prepareStaged(definitionWith()) : home.prepare();
      const key = storageKeys.datasetStatistics("flight-delay", (await made).datasetDigest);
      return new TextDecoder().decode(await home.store.get(key));
    };

    const text = await stored(false);

    const { train, test } = JSON.parse(text);
    expect(Object.keys(train)).toEqual([
      "destination",
      "distance",
      "hour",
      "late",
      "origin",
      "weekday",
    ]);
    expect(train.weekday).toMatchObject({ rows: 720, missing: 0, distinct: 7, min: 0, max: 6 });
    expect(train.origin).toMatchObject({ kind: "category", rows: 720, distinct: 4 });
    expect(train.late.max).toBe(1);
    expect(test.hour.rows).toBeGreaterThan(0);
    expect(await stored(true)).toBe(text);
  });
});
