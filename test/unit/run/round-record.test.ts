import { describe, expect, it } from "vitest";
import { IntegrityError } from "../../../core/errors.ts";
import { parseRoundRecord } from "../../../core/run/round-record.ts";

const RECORD = {
  round: 1,
  candidates: [
    {
      ...{ index: 3, name: "c", family: "ensemble", parameters: { members: ["a", "b"] } },
      ...{ rowShare: 0.5, metrics: { rmse: 2 }, durationMs: 7, costUsd: null, kept: false },
    },
  ],
};
const parsed = (value: unknown) => parseRoundRecord(Buffer.from(JSON.stringify(value)));

describe("parseRoundRecord", () => {
  it("gives a record as it was stored", () => {
    expect(parsed(RECORD)).toEqual(RECORD);
  });

  it.each([
    ["no number", { ...RECORD, round: -1 }],
    [
      "a metric that is none",
      { ...RECORD, candidates: [{ ...RECORD.candidates[0], metrics: { x: 1 } }] },
    ],
    ["no candidates", { round: 1 }],
  ])("refuses one with %s", (_name, value) => {
    expect(() => parsed(value)).toThrow(IntegrityError);
  });
});
