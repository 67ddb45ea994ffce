import { describe, expect, it } from "vitest";
import { parseDefinition } from "../../../core/definition/parse-definition.ts";
import { InvalidInputError } from "../../../core/errors.ts";
import { model } from "../../../models/flight-delay/model.ts";

/** Issues of flight-delay with one boosting candidate, as "path: message". */
function issuesOf(parameters: object, parts: object = {}): readonly string[] {
  const candidates = [
    { name: "line", family: "logistic-regression" },
    { name: "boosting", family: "gradient-boosting", parameters },
  ];
  try {
    parseDefinition({ ...model, candidates, ...parts });
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return error.issues.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe("boosting of a definition", () => {
  it("may be bound to its inputs", () => {
    const bound = { monotone: { distance: 1 }, interactions: [["distance", "origin"]] };

    expect(issuesOf({ objective: "logLoss", ...bound })).toEqual([]);
  });

  it.each([
    [
      "an objective for another target",
      { objective: "poisson" },
      "objective: poisson is not for a binary target; choose logLoss",
    ],
    [
      "a monotone column that is no input",
      { monotone: { dist: 1 } },
      "monotone.dist: dist is no input of the model; inputs are",
    ],
    [
      "a monotone category",
      { monotone: { origin: -1 } },
      "monotone.origin: is a category, which has no order",
    ],
    [
      "an interaction of a column that is no input",
      { interactions: [["distance"], ["origin", "delay"]] },
      "interactions[1][1]: delay is no input of the model",
    ],
  ])("fails on %s", (_name, parameters, issue) => {
    const [found, ...others] = issuesOf(parameters);

    expect(found).toContain(`candidates[1].parameters.${issue}`);
    expect(others).toEqual([]);
  });

  it("fails on a monotone column where there are several classes", () => {
    const target = { type: "multiclass", classes: ["a", "b"], name: "t" };
    const parts = { target: { ...target, from: ["delay"], expression: "delay" }, gates: {} };

    expect(issuesOf({ monotone: { distance: 1 } }, parts)).toContain(
      "candidates[1].parameters.monotone: cannot be kept to with several classes",
    );
  });

  it("fails once on what a search would draw", () => {
    const search = {
      candidates: 4,
      families: [{ family: "gradient-boosting", parameters: { objective: "poisson" } }],
    };

    expect(issuesOf({}, { search })).toEqual([
      "search.families.objective: poisson is not for a binary target; choose logLoss",
    ]);
  });
});
