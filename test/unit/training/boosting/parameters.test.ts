import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { boostingParameters } from "../../../../core/definition/parameters/boosting.ts";
import type { BoostingParameters } from "../../../../core/training/boosting/boosting-parameters.ts";
import { shops } from "../frames.ts";
import { lightgbmWork } from "./lightgbm-fixture.ts";
import { boosted, taskFor } from "./train.ts";

const train = shops(1_500, 1);
const validation = shops(500, 2);

/** Each parameter at another value than its default, and what it needs to be looked at. */
const CHANGED: { readonly [K in keyof BoostingParameters]-?: [BoostingParameters[K], object?] } = {
  objective: ["huber", { objective: "squared" }],
  huberDelta: [0.2, { objective: "huber" }],
  quantile: [0.9, { objective: "quantile" }],
  tweediePower: [1.1, { objective: "tweedie" }],
  truncation: [2, { objective: "lambdaRank" }],
  trees: [3],
  leaves: [4],
  maxDepth: [2],
  learningRate: [0.3],
  bins: [4],
  l1: [5],
  l2: [50],
  minLeafWeight: [40],
  minLeafRows: [300],
  minGain: [20],
  sampling: ["goss"],
  rowShare: [0.5],
  topShare: [0.5, { sampling: "goss" }],
  otherShare: [0.4, { sampling: "goss" }],
  columnShare: [0.5],
  nodeColumnShare: [0.5],
  categoryL2: [500],
  categorySmoothing: [60],
  monotone: [{ y: -1 }],
  interactions: [[["x", "y"], ["shop"]]],
  earlyStoppingRounds: [0, { learningRate: 1, trees: 60 }],
};

function scoresOf(parameters: Partial<BoostingParameters>): Float64Array {
  const some = { trees: 20, leaves: 12, ...parameters };
  const { objective } = parameters;
  if (!objective) return boosted(some, { train, validation }).scores(validation);
  const work = lightgbmWork(objective);
  const task = taskFor(objective);
  return boosted(some, { task, train: work.train, validation: work.held }).scores(work.held);
}

describe("parameters of boosting", () => {
  it.each(Object.entries(CHANGED))("%s changes the result", (name, [value, needs = {}]) => {
    expect(scoresOf({ ...needs, [name]: value })).not.toEqual(scoresOf(needs));
  });

  it("are all looked at here", () => {
    expect(Object.keys(CHANGED).sort()).toEqual(Object.keys(boostingParameters.shape).sort());
  });

  it("stand in the page with their defaults", () => {
    const page = readFileSync("docs/training/gradient-boosting.md", "utf8");
    const rows = [...page.matchAll(/^\| `(\w+)` \| ([^|]+) \|/gm)].slice(-26);
    const defaults = boostingParameters.parse({}) as Readonly<Record<string, unknown>>;

    expect(rows.map((row) => row[1])).toEqual(Object.keys(boostingParameters.shape));
    for (const [, name, stated] of rows) {
      const value = defaults[name as string];
      if (typeof value === "object" || value === undefined) continue;
      expect(`${name} ${stated}`).toBe(`${name} ${value}`);
    }
  });

  it("l1 shortens the hand-computed step, down to none", () => {
    // Gradients -1/2 and 1/2, hessians 1/4, 20 rows each: +-((10 - 4) / (5 + 1)) * 0.1.
    const x = Float32Array.from({ length: 40 }, (_, i) => i);
    const labels = Uint8Array.from(x, (value) => (value < 20 ? 0 : 1));
    const frame = {
      rows: 40,
      columns: [{ kind: "number", name: "x", values: x } as const],
      labels,
    };
    const last = (l1: number) =>
      boosted({ trees: 1, l1, minLeafRows: 1, leaves: 2 }, { train: frame }).scores(frame)[39];

    expect(last(4)).toBeCloseTo(0.1, 3);
    expect(last(11)).toBe(0);
  });
});
