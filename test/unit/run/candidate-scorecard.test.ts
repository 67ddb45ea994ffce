import { describe, expect, it } from "vitest";
import { scorecardParameters } from "../../../core/definition/parameters/scorecard.ts";
import { IntegrityError } from "../../../core/errors.ts";
import { candidateScorecard } from "../../../core/run/candidate-scorecard.ts";
import { trainScorecard } from "../../../core/training/scorecard/train-scorecard.ts";
import { shopFrame } from "../functions/evaluate-world.ts";

const { scorecard, summary } = trainScorecard(
  scorecardParameters.parse({}),
  shopFrame(300),
  shopFrame(100, 3),
);

describe("candidateScorecard", () => {
  it("is what training found, through JSON", () => {
    const training = JSON.parse(JSON.stringify(summary));

    expect(candidateScorecard({ name: "card", family: "scorecard", training })).toEqual(scorecard);
  });

  it("is none of another family", () => {
    expect(
      candidateScorecard({ name: "it", family: "gradient-boosting", training: { scorecard } }),
    ).toBeUndefined();
  });

  it("fails where a scorecard's findings have none", () => {
    const damaged = { name: "card", family: "scorecard", training: { scorecard: {} } };

    expect(() => candidateScorecard(damaged)).toThrow(IntegrityError);
    expect(() => candidateScorecard(damaged)).toThrow("candidate card has no scorecard");
  });
});
