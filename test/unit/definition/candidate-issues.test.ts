import { describe, expect, it } from "vitest";
import { parseDefinition } from "../../../core/definition/parse-definition.ts";
import { InvalidInputError } from "../../../core/errors.ts";
import { candidatesOf } from "../../../core/search/candidates-of.ts";
import { model } from "../../../models/flight-delay/model.ts";

const search = {
  candidates: 3,
  families: [
    {
      family: "gradient-boosting",
      parameters: { leaves: { from: 4, to: 64, scale: "log", whole: true }, trees: 20 },
    },
    { family: "logistic-regression" },
  ],
};

/** Issues of flight-delay with other parts, as "path: message". */
function issuesOf(parts: object): readonly string[] {
  try {
    parseDefinition({ ...model, ...parts });
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return error.issues.map(({ path, message }) => `${path}: ${message}`);
  }
}

const searchOf = (parameters: object) => ({
  candidates: 1,
  families: [{ family: "gradient-boosting", parameters }],
});

const regression = {
  target: { name: "late", type: "regression", from: ["delay"], expression: "delay" },
  candidates: [{ name: "boosting", family: "gradient-boosting" }],
  gates: {},
};

describe("candidates of a definition", () => {
  it("may be drawn by a search alone, and are then the same at every call", () => {
    const definition = parseDefinition({ ...model, candidates: [], search });

    const candidates = candidatesOf(definition);

    expect(candidates.map(({ name }) => name)).toEqual([
      "gradient-boosting-1",
      "logistic-regression-1",
      "gradient-boosting-2",
    ]);
    expect(candidatesOf(definition)).toEqual(candidates);
    expect(
      candidatesOf(parseDefinition({ ...model, candidates: [], search, seed: 2 })),
    ).not.toEqual(candidates);
  });

  it("stand behind those that are named", () => {
    const names = candidatesOf(parseDefinition({ ...model, search })).map(({ name }) => name);

    expect(names.slice(0, 3)).toEqual(["boosting", "logistic", "gradient-boosting-1"]);
  });

  it.each([
    ["no candidate", { candidates: [] }, "candidates: is empty and there is no search"],
    [
      "a family that does not predict the target",
      { ...regression, candidates: [{ name: "card", family: "scorecard" }] },
      "candidates[0].family: scorecard predicts no regression target; choose gradient-boosting, linear-regression, neural-network",
    ],
    [
      "a family that cannot go on from an earlier version",
      { candidates: [{ name: "card", family: "scorecard", continueFrom: "champion" }] },
      "candidates[0].continueFrom: scorecard cannot go on from an earlier version, only gradient-boosting; leave it out",
    ],
    [
      "a search through such a family",
      { ...regression, search: { candidates: 1, families: [{ family: "scorecard" }] } },
      "search.families[0].family: scorecard predicts no regression target",
    ],
    [
      "more candidates than a run has places",
      { search: { ...search, candidates: 40 } },
      "search.candidates: makes 42 candidates; 40 is the most of a run",
    ],
    [
      "a name that the search gives too",
      { candidates: [{ name: "gradient-boosting-1", family: "scorecard" }], search },
      "search: draws a candidate gradient-boosting-1; name yours otherwise",
    ],
    [
      "a parameter that the family does not allow",
      { search: searchOf({ leaves: { oneOf: [1] } }) },
      "search.families: gradient-boosting-1 is drawn with parameters.leaves the number 1: Too small",
    ],
    [
      "a range upside down",
      { search: searchOf({ l2: { from: 2, to: 1 } }) },
      "search.families[0].parameters.l2.from: must not be above to, got 2 and 1",
    ],
    [
      "a log scale from 0",
      { search: searchOf({ l2: { from: 0, to: 1, scale: "log" } }) },
      "search.families[0].parameters.l2.from: must be above 0 on a log scale, got 0",
    ],
    [
      "an ensemble of one",
      {
        candidates: [{ name: "card", family: "scorecard" }],
        ensemble: { method: "average" },
      },
      "ensemble: needs two candidates or more",
    ],
    [
      "a candidate that is called as the ensemble will be",
      {
        candidates: [
          { name: "card", family: "scorecard" },
          { name: "ensemble", family: "scorecard" },
        ],
        ensemble: { method: "average" },
      },
      "candidates[1].name: is the ensemble's name; choose another",
    ],
    [
      "another task's metric",
      { ...regression, selection: { metric: "rocAuc" } },
      "selection.metric: rocAuc is no metric of a regression target; choose rmse",
    ],
    [
      "a gate of another task's metric",
      { gates: { absolute: [{ metric: "rmse", max: 3 }], champion: [] } },
      "gates.absolute[0].metric: rmse is no metric of a binary target",
    ],
    [
      "a champion's gate of another task's metric",
      { gates: { champion: [{ metric: "rmse", maxRegression: 3 }] } },
      "gates.champion[0].metric: rmse is no metric",
    ],
    [
      "a fairness gate of numbers",
      {
        ...regression,
        evaluation: { protectedGroups: ["origin"] },
        gates: { fairness: [{ column: "origin", measure: "disparateImpact", min: 0.8 }] },
      },
      "gates.fairness: needs a binary target, got regression",
    ],
    [
      "calibrated numbers",
      { ...regression, calibration: { method: "platt" } },
      "calibration.method: must be none: a regression target has no probabilities",
    ],
    [
      "a temperature for two classes",
      { calibration: { method: "temperature" } },
      "calibration.method: temperature is for several classes; choose platt or isotonic",
    ],
    [
      "a stacked ranking",
      {
        target: {
          name: "rank",
          type: "ranking",
          from: ["delay"],
          expression: "1",
          group: "origin",
        },
        split: {
          by: "group",
          column: "origin",
          shares: { train: 0.6, validation: 0.2, test: 0.2 },
        },
        candidates: [
          { name: "one", family: "gradient-boosting" },
          { name: "two", family: "gradient-boosting" },
        ],
        gates: {},
        ensemble: { method: "stacking" },
      },
      "ensemble.method: cannot be stacking for a ranking; choose average",
    ],
  ])("fails on %s", (_name, parts, issue) => {
    expect(issuesOf(parts).filter((found) => found.startsWith(issue))).toHaveLength(1);
  });

  it("keeps names apart where candidates are named twice", () => {
    const [boosting] = model.candidates ?? [];

    expect(issuesOf({ candidates: [boosting, boosting] })).toEqual([
      "candidates[1].name: boosting is another candidate's name already",
    ]);
  });

  it("takes a candidate called ensemble where no ensemble is asked for", () => {
    expect(issuesOf({ candidates: [{ name: "ensemble", family: "scorecard" }] })).toEqual([]);
  });

  it("takes an ensemble of what is named and drawn", () => {
    expect(issuesOf({ search, ensemble: { method: "stacking" } })).toEqual([]);
  });
});
