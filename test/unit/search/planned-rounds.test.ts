import { describe, expect, it } from "vitest";
import { parseDefinition } from "../../../core/definition/parse-definition.ts";
import { plannedRounds } from "../../../core/search/planned-rounds.ts";
import { model } from "../../../models/flight-delay/model.ts";

const families = [{ family: "logistic-regression" }];

describe("plannedRounds", () => {
  it.each([
    ["named candidates", {}, [2]],
    ["an ensemble of them", { ensemble: { method: "average" } }, [2, 1]],
    // 9 -> 3 -> 1
    ["a search", { candidates: [], search: { candidates: 9, families } }, [9, 3, 1]],
    [
      "a search with an ensemble of two",
      {
        candidates: [],
        search: { candidates: 9, families },
        ensemble: { method: "average", best: 2 },
      },
      [9, 3, 2, 1],
    ],
    [
      "a search of one round beside those that are named",
      { search: { candidates: 4, rounds: 1, families } },
      [6],
    ],
  ])("counts the trainings of %s", (_name, parts, counts) => {
    expect(plannedRounds(parseDefinition({ ...model, ...parts }))).toEqual(counts);
  });
});
