import { describe, expect, it } from "vitest";
import {
  intervalWords,
  metricLines,
  rateWords,
  sliceWords,
  topBars,
} from "../../../console/model/findings/findings-words.ts";

const interval = { low: 0.60123456, high: 0.66, standardError: 0.01, samples: 200 };

describe("a run's findings in words", () => {
  it("tell where a metric would lie, and a dash where that is not known", () => {
    expect(intervalWords(interval)).toBe("0.6012 to 0.6600");
    expect(intervalWords(undefined)).toBe("-");
    expect(rateWords(0.5)).toBe("0.5000");
    expect(rateWords(null)).toBe("-");
  });

  it("tell what the rows of a slice have in common", () => {
    const where = [
      { column: "origin", value: "ORD" },
      { column: "hour", value: null },
    ];
    expect(sliceWords(where)).toBe("origin = ORD, hour is missing");
  });

  it("tell metrics as the report lists them, with the champion's where there was one", () => {
    const report = { metrics: { rocAuc: 0.6, brier: 0.1 }, intervals: { rocAuc: interval } };
    const champion = { version: 2, metrics: { brier: 0.2 }, note: null };

    expect(metricLines({ ...report, champion: null })).toEqual([
      { name: "rocAuc", value: 0.6, interval },
      { name: "brier", value: 0.1, interval: undefined },
    ]);
    expect(metricLines({ ...report, champion }).map((line) => line.champion)).toEqual([null, 0.2]);
    const unmeasured = metricLines({ ...report, champion: { ...champion, metrics: null } });
    expect(unmeasured.map((line) => line.champion)).toEqual([null, null]);
  });

  it("show the ten largest amounts as bars, none of them below nought", () => {
    const amounts = Array.from({ length: 12 }, (_, i) => ({ input: `i${i}`, value: i - 4 }));

    const bars = topBars(amounts);

    expect(bars).toHaveLength(10);
    expect(bars[0]).toEqual({ input: "i11", value: 7, share: 1 });
    expect(bars[9]).toEqual({ input: "i2", value: -2, share: 0 });
    expect(topBars([{ input: "a", value: 0 }])).toEqual([{ input: "a", value: 0, share: 0 }]);
    expect(topBars([])).toEqual([]);
  });
});
