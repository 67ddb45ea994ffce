import { describe, expect, it } from "vitest";
import { IntegrityError } from "../../../core/errors.ts";
import { parseCandidateReport } from "../../../core/evaluation/parse-candidate-report.ts";

const contributions = [{ feature: "age", meanAbsolute: 0.5, byScore: [0.5] }];
const found = {
  ...{ family: "f", graphSha256: "a1", threshold: 0.5, metrics: { rocAuc: 0.7 } },
  training: { contributions },
};
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

describe("parseCandidateReport", () => {
  it("gives what training found", () => {
    const stored = { ...found, index: 0, training: { contributions, rounds: 3 } };

    expect(parseCandidateReport(bytesOf(stored), "a1")).toEqual(found);
  });

  it("gives no contributions of a family that does not explain", () => {
    const stored = bytesOf({ ...found, training: { epochs: 3 } });

    expect(parseCandidateReport(stored, "a1")).toEqual({ ...found, training: {} });
  });

  it.each([
    ["another graph's findings", bytesOf(found), "b2", /of graph a1, not of b2/],
    ["a threshold beyond 1", bytesOf({ ...found, threshold: 2 }), "a1", /threshold/],
    ["a metric that is no number", bytesOf({ ...found, metrics: { f1: "x" } }), "a1", /metrics.f1/],
    [
      "contributions that are none",
      bytesOf({ ...found, training: { contributions: [{ feature: 7 }] } }),
      "a1",
      /training.contributions.0.feature/,
    ],
    ["bytes that are no json", Uint8Array.of(123), "a1", /not json/],
  ])("fails on %s", (_name, bytes, expected, message) => {
    expect(() => parseCandidateReport(bytes, expected)).toThrow(IntegrityError);
    expect(() => parseCandidateReport(bytes, expected)).toThrow(message);
  });
});
