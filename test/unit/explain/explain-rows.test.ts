import { describe, expect, it } from "vitest";
import { scorecardParameters } from "../../../core/definition/parameters/scorecard.ts";
import { parseDefinition } from "../../../core/definition/parse-definition.ts";
import { DEFAULT_SERVING } from "../../../core/definition/serving-schema.ts";
import { TASK_TYPES, type Task } from "../../../core/definition/task.ts";
import { explainRequest } from "../../../core/explain/explain-request.ts";
import { explainRows, type ScoredRows } from "../../../core/explain/explain-rows.ts";
import { parseExplainer } from "../../../core/explain/parse-explainer.ts";
import { rowReasons } from "../../../core/explain/row-reasons.ts";
import { sampledExplainer } from "../../../core/explain/sampled-explainer.ts";
import { exactExplainer, type VersionExplainer } from "../../../core/explain/version-explainer.ts";
import { reasonCodesOf } from "../../../core/training/scorecard/reason-codes.ts";
import type { Scorecard } from "../../../core/training/scorecard/scorecard.ts";
import { trainScorecard } from "../../../core/training/scorecard/train-scorecard.ts";
import { model as flightDelay } from "../../../models/flight-delay/model.ts";
import { withoutRows } from "../training/frames.ts";
import { towns, twoClasses } from "./explained-models.ts";

const tasks: Readonly<Record<(typeof TASK_TYPES)[number], Task>> = {
  binary: { type: "binary" },
  multiclass: { type: "multiclass", classes: ["a", "b"] },
  regression: { type: "regression", quantiles: [] },
  ranking: { type: "ranking" },
};

const { explanations: rules } = DEFAULT_SERVING;

describe("exactExplainer", () => {
  const family = (width: number, link: "identity" | "log" = "identity") => ({
    ...{ family: "linear" as const, inputs: [{ kind: "number" as const, name: "x" }] },
    ...{ width, link },
    // of score 0: 1 and 10; of score 1: 2 and 20
    contributions: () => Float64Array.of(1, 10, 2, 20).subarray(0, width * 2),
  });

  it.each(TASK_TYPES)("names what contributions add up to: %s", (type) => {
    const { scale } = exactExplainer(family(1), tasks[type], 1);

    const scales = { binary: "log-odds", multiclass: "logit", regression: "prediction" };
    expect(scale).toBe({ ...scales, ranking: "score" }[type]);
    expect(exactExplainer(family(1, "log"), tasks.regression, 1).scale).toBe("log-prediction");
  });

  it("takes the logit of the predicted class", async () => {
    const scores = {
      labels: ["b"],
      scores: Float32Array.of(0.7),
      predictions: Float32Array.of(0.3, 0.7),
    };
    const scored: ScoredRows = {
      ...{
        task: tasks.multiclass,
        id: "r",
        rows: [{}],
        columns: { x: Float32Array.of(4) },
        scores,
      },
    };

    const found = await explainRows(
      exactExplainer(family(2), tasks.multiclass, 1),
      scored,
      rules,
      () => 0,
    );

    expect(found.rows).toMatchObject([
      { margin: 22, base: 20, reasons: [{ field: "x", value: 4, contribution: 2 }] },
    ]);
  });
});

describe("what a scorecard says of a row", () => {
  const train = twoClasses(towns(400, 3));
  const parameters = scorecardParameters.parse({ reasonsAgainst: "best" });
  const made = trainScorecard(parameters, train, withoutRows(train));
  const explainer = exactExplainer(
    parseExplainer(made.explainer?.() as Uint8Array),
    tasks.binary,
    1,
  );

  it.each([
    ["known", { x: 1.5, town: "town 3", z: 0.5 }],
    ["missing", { x: Number.NaN, town: "", z: Number.NaN }],
  ])("is what its own reason codes cost, of values that are %s", (_what, { x, town, z }) => {
    const columns = { x: Float32Array.of(x), town: [town], z: Float32Array.of(z) };
    const scorecard = made.summary.scorecard as Scorecard;

    const attributes = explainer.attributes?.({ columns, row: 0 });

    const codes = reasonCodesOf(scorecard, { x, town, z }, 9);
    expect(codes.length).toBeGreaterThan(0);
    for (const { input, bin, points, pointsLost } of codes) {
      expect(attributes?.get(input)).toEqual({ bin, points, pointsLost });
    }
  });
});

describe("rowReasons", () => {
  const row = {
    inputs: ["a", "b", "c", "constructor"],
    contributions: Float64Array.of(0.5, -2, 0, 1),
    valueAt: () => null,
  };
  const fields = (some: Partial<typeof rules>) =>
    rowReasons(row, { ...rules, ...some }).map(({ field, code }) => [field, code]);

  it.each([
    ["the strongest first, those that moved nothing never", {}, ["b", "constructor", "a"]],
    ["as many as the definition says", { reasons: 2 }, ["b", "constructor"]],
    ["those that raise", { direction: "raises" as const, reasons: 1 }, ["constructor"]],
    ["those that lower", { direction: "lowers" as const }, ["b"]],
  ])("tells %s", (_what, some, told) => {
    expect(fields(some).map(([field]) => field)).toEqual(told);
  });

  it("calls an input what the definition calls it, and no other", () => {
    expect(fields({ codes: { b: "R07 too little" } })).toEqual([
      ["b", "R07 too little"],
      ["constructor", undefined],
      ["a", undefined],
    ]);
  });

  it("fails in the definition on a code of what is no input", () => {
    const codes = { distance: "D1", distnace: "D2" };
    const wrong = { ...flightDelay, serving: { explanations: { codes } } };

    expect(() => parseDefinition(wrong)).toThrow(
      /serving\.explanations\.codes\.distnace: must be of an input of the model; inputs are .*distance/,
    );
  });
});

describe("explainRows", () => {
  const still: VersionExplainer = {
    ...{ method: "exact", scale: "prediction", inputs: ["x", "s"], sizeBytes: 1 },
    contributions: () => Float64Array.of(1, 1, 0),
  };
  const valuesOf = async (
    sent: Readonly<Record<string, number | string | null>>,
    x: number,
    s: string,
  ) => {
    const predictions = Float32Array.of(2);
    const { rows } = await explainRows(
      still,
      {
        ...{ task: tasks.regression, id: "r", rows: [sent] },
        columns: { x: Float32Array.of(x), s: [s] },
        scores: { scores: predictions, predictions },
      },
      rules,
      () => 0,
    );
    return rows[0]?.reasons.map(({ value }) => value);
  };

  it("tells values as they were sent, else as the graph saw them, and null for missing", async () => {
    expect(await valuesOf({ x: 0.1, s: "sent" }, Math.fround(0.1), "seen")).toEqual([0.1, "sent"]);
    expect(await valuesOf({ x: null }, 7, "seen")).toEqual([7, "seen"]);
    expect(await valuesOf({}, Number.NaN, "")).toEqual([null, null]);
  });

  it("tells null of a column that the graph was not given", async () => {
    const predictions = Float32Array.of(2);
    const scored = {
      ...{ task: tasks.regression, id: "r", rows: [], columns: {} },
      scores: { scores: predictions, predictions },
    };
    const { rows } = await explainRows(still, { ...scored, rows: [{}] }, rules, () => 0);

    expect(rows[0]?.reasons.map(({ value }) => value)).toEqual([null, null]);
  });

  it("fails where nothing explains the version", async () => {
    const { definition } = { definition: parseDefinition(flightDelay) as never };
    const scored = { id: "r", rows: [], columns: {}, scores: { scores: Float32Array.of() } };

    await expect(explainRequest({ definition }, scored as never, () => 0)).rejects.toThrow(
      "this version cannot be explained",
    );
  });
});

describe("sampledExplainer", () => {
  const close = (value: number) => expect.closeTo(value, 9);
  const graphOf = (score: (columns: object) => Promise<never>, inputs = ["x"]) =>
    sampledExplainer({
      ...{ task: tasks.regression, inputs, score: score as never, backgroundRows: 2 },
      background: { x: Float32Array.of(1, 3), y: ["a", "b"] },
    });
  const of = { columns: { x: Float32Array.of(9), y: ["c"] }, row: 0, at: 0, answered: 9, seed: 1 };

  it("credits the only input with all that the answer is away from the mean", async () => {
    const echo = async ({ x }: { x: Float32Array }) => ({ scores: x, predictions: x });

    // the mean of 1 and 3
    const found = await graphOf(echo as never).contributions(of);

    expect([...found]).toEqual([close(7), close(2)]);
  });

  it("walks through text too, whose steps change nothing where the graph does not read it", async () => {
    const echo = async ({ x }: { x: Float32Array }) => ({ scores: x, predictions: x });

    const found = await graphOf(echo as never, ["x", "y"]).contributions(of);

    expect([...found]).toEqual([close(7), close(0), close(2)]);
  });

  it("fails with the graph, and asks it again at the next request", async () => {
    let calls = 0;
    const explainer = graphOf((async ({ x }: { x: Float32Array }) => {
      calls += 1;
      if (calls === 1) throw new Error("out of memory");
      return { scores: x, predictions: x };
    }) as never);

    await expect((async () => explainer.contributions(of))()).rejects.toThrow("out of memory");
    expect([...(await explainer.contributions(of))]).toEqual([close(7), close(2)]);
  });
});
