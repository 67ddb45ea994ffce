import { describe, expect, it } from "vitest";
import { IntegrityError } from "../../../core/errors.ts";
import { parseCandidateReport } from "../../../core/evaluation/parse-candidate-report.ts";

const found = { family: "f", graphSha256: "a1", threshold: 0.5, metrics: { rocAuc: 0.7 } };
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

describe("parseCandidateReport", () => {
  it("gives what training found", () => {
    expect(parseCandidateReport(bytesOf({ ...found, index: 0 }), "a1")).toEqual(found);
  });

  it.each([
    ["another graph's findings", bytesOf(found), "b2", /of graph a1, not of b2/],
    ["a threshold beyond 1", bytesOf({ ...found, threshold: 2 }), "a1", /threshold/],
    ["a metric that is no number", bytesOf({ ...found, metrics: { f1: "x" } }), "a1", /metrics.f1/],
    ["bytes that are no json", Uint8Array.of(123), "a1", /not json/],
  ])("fails on %s", (_name, bytes, expected, message) => {
    expect(() => parseCandidateReport(bytes, expected)).toThrow(IntegrityError);
    expect(() => parseCandidateReport(bytes, expected)).toThrow(message);
  });
});
