import { describe, expect, it } from "vitest";
import { byTarget, lightgbmWork, OBJECTIVES } from "./lightgbm-fixture.ts";
import { boosted } from "./train.ts";

/** Objectives whose trees are LightGBM's own, but for what ties decide. */
const SAME = ["softmax", "squared", "absolute", "huber", "quantile", "poisson", "lambdaRank"];

describe("gradient boosting next to LightGBM", () => {
  it.each(OBJECTIVES)("of %s reaches its loss on held-out rows but for a hundredth", (name) => {
    const { work, parameters, task, objective, train, held } = lightgbmWork(name);
    const lossOf = (raw: ArrayLike<number>) =>
      objective.loss(held, byTarget(raw, objective.targets));

    const model = boosted(parameters, { task, train, validation: held });
    const scores = model.scores(held);
    const own = objective.link === "log" ? scores.map(Math.log) : scores;

    const theirs = lossOf(work.raw);
    expect(Math.abs(lossOf(own) - theirs)).toBeLessThan(0.01 * theirs);
    const base = lossOf(
      own.map((_, i) => model.summary.baseScores[i % objective.targets] as number),
    );
    expect(lossOf(own)).toBeLessThan(0.96 * base);
    const far = work.raw.filter((raw, i) => Math.abs(raw - (own[i] as number)) > 1e-4);
    if (SAME.includes(name)) expect(far.length).toBeLessThan(0.04 * work.raw.length);
  });
});
