import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BoostingParameters } from "../../../../core/training/boosting/boosting-parameters.ts";
import { decodeState } from "../../../../core/training/boosting/boosting-state.ts";
import type { Split, Tree } from "../../../../core/training/boosting/tree.ts";
import type { LabelledFrame } from "../../../../core/training/training-frame.ts";
import { frameOf, numbers, shares, strings } from "../frames.ts";
import { boosted, SMALL, taskFor } from "./train.ts";

/** Noisy rows in which the label rises and falls with `x`, and with a category and `y` too. */
function waves(rows: number, seed: number): LabelledFrame {
  const next = shares(seed);
  const x = Array.from({ length: rows }, () => next() * 6);
  const y = Array.from({ length: rows }, () => (next() < 0.1 ? Number.NaN : next()));
  const city = Array.from({ length: rows }, () => Math.floor(next() * 6));
  const label = x.map(
    (value, i) => Math.sin(2 * value) + (y[i] || 0.5) * (city[i] as number) + 5 + next(),
  );
  return {
    rows,
    columns: [
      numbers("x", x),
      numbers("y", y),
      strings(
        "city",
        city.map((one) => `city ${one}`),
      ),
    ],
    labels: Float64Array.from(label),
  };
}

/** The same rows with another `x`. */
function moved(frame: LabelledFrame, x: readonly number[]): LabelledFrame {
  return { ...frame, columns: [numbers("x", x), ...frame.columns.slice(1)] };
}

/** Features of each way from the root to a leaf. */
function paths(tree: Tree): number[][] {
  const below = (child: number): number[][] => {
    if (child < 0) return [[]];
    const { feature } = tree.splits[child] as Split;
    return [tree.left[child], tree.right[child]].flatMap((side) =>
      below(side as number).map((path) => [feature, ...path]),
    );
  };
  return below(0);
}

const treesOf = (model: ReturnType<typeof boosted>) =>
  decodeState(model.state()).targets.flatMap(({ trees }) => trees);

const train = waves(600, 1);

describe("monotone", () => {
  const regression = ["squared", "absolute", "huber", "quantile", "poisson", "tweedie"] as const;

  it.each([
    ...regression.flatMap((objective) => [
      [objective, 1],
      [objective, -1],
    ]),
    ["logLoss", 1],
    ["logLoss", -1],
    ["lambdaRank", 1],
  ] as [(typeof regression)[number], 1 | -1][])(
    "%s in direction %d holds on random pairs, whatever the other columns",
    (objective, direction) => {
      const task = taskFor(objective);
      const labels = Uint8Array.from(train.labels, (label) => (label > 6 ? 1 : 0));
      const frame: LabelledFrame = {
        ...train,
        ...(task.type !== "regression" && { labels }),
        ...(task.type === "ranking" && { groups: Uint32Array.of(0, 200, 400, 600) }),
      };
      const parameters = { objective, trees: 15, leaves: 20, ...SMALL, l1: 0.01 };
      const free = boosted(parameters, { task, train: frame });
      const bound = boosted({ ...parameters, monotone: { x: direction } }, { task, train: frame });
      const next = shares(7);
      const low = Array.from({ length: 600 }, () => next() * 6);
      const high = low.map((value) => value + next());
      const breaks = (model: typeof free) => {
        const [a, b] = [low, high].map((x) => model.scores(moved(frame, x)));
        return (a as Float64Array).filter((one, i) => ((b?.[i] as number) - one) * direction < 0);
      };

      expect(breaks(bound)).toHaveLength(0);
      expect(breaks(free).length).toBeGreaterThan(20);
      expect(new Set(bound.scores(frame)).size).toBeGreaterThan(5);
    },
  );

  it("bounds what is below a split by the middle between its sides", () => {
    // Means by x: 6 of 40 rows and 13 of 120; the middle is 9.5, which the 12 may not pass.
    const cells = [
      { x: 0, y: 0, rows: 20, mean: 0 },
      { x: 0, y: 1, rows: 20, mean: 12 },
      { x: 1, y: 0, rows: 60, mean: 16 },
      { x: 1, y: 1, rows: 60, mean: 10 },
    ];
    const rows = cells.flatMap((cell) => new Array<typeof cell>(cell.rows).fill(cell));
    const frame = {
      ...frameOf(
        [
          numbers(
            "x",
            rows.map(({ x }) => x),
          ),
          numbers(
            "y",
            rows.map(({ y }) => y),
          ),
        ],
        rows.map(() => 0),
      ),
      labels: Float64Array.from(rows, ({ mean }) => mean),
    };
    const answers = (monotone: Record<string, 1 | -1>) => {
      const parameters = { trees: 1, leaves: 4, learningRate: 1, l2: 0, monotone };
      const scores = boosted(parameters, { task: taskFor("squared"), train: frame }).scores(frame);
      return [0, 20, 40, 100].map((row) => Number(scores[row]?.toFixed(6)));
    };

    expect(answers({})).toEqual([0, 12, 16, 10]);
    expect(answers({ x: 1 })).toEqual([0, 9.5, 16, 10]);
  });

  it("learns as much as the data let it", () => {
    const x = Array.from({ length: 200 }, (_, i) => i);
    const line = { ...frameOf([numbers("x", x)], x), labels: Float64Array.from(x) };
    const task = taskFor("squared");
    const fitted = boosted(
      { trees: 60, minLeafRows: 5, monotone: { x: 1 } },
      { task, train: line },
    ).scores(line);

    expect(Math.abs((fitted[20] as number) - 20)).toBeLessThan(5);
    expect(Math.abs((fitted[180] as number) - 180)).toBeLessThan(5);
  });

  it.each([
    [{ z: 1 }, "squared", /monotone names z, which is no input; inputs are x, y, city/],
    [{ city: 1 }, "squared", /monotone names city, whose categories have no order/],
    [{ x: 1 }, "softmax", /objective softmax cannot be monotone/],
  ] as const)("fails on %j for %s", (monotone, objective, message) => {
    const labels = Uint8Array.from(train.labels, (_, i) => i % 3);
    const frame = objective === "softmax" ? { ...train, labels } : train;

    expect(() => boosted({ monotone }, { task: taskFor(objective), train: frame })).toThrow(
      message,
    );
  });
});

describe("interactions", () => {
  const task = taskFor("squared");
  const grown = (parameters: Partial<BoostingParameters>) =>
    treesOf(boosted({ trees: 10, leaves: 16, ...SMALL, ...parameters }, { task, train }));

  it("let only columns of one set meet on a way from the root", () => {
    fc.assert(
      fc.property(
        fc.array(fc.subarray(["x", "y", "city"], { minLength: 1 }), { minLength: 1, maxLength: 3 }),
        (interactions) => {
          const sets = interactions.map((set) => new Set(set));
          const meet = grown({ interactions, trees: 4 })
            .flatMap(paths)
            .map((path) => [...new Set(path)].map((feature) => ["x", "y", "city"][feature]));

          for (const names of meet) {
            const allowed = sets.some((set) => names.every((name) => set.has(name as string)));
            expect(allowed || names.length === 1).toBe(true);
          }
        },
      ),
      { numRuns: 10 },
    );
    expect(
      grown({})
        .flatMap(paths)
        .some((path) => new Set(path).size > 1),
    ).toBe(true);
  });

  it("fails on a column that is not there", () => {
    expect(() => grown({ interactions: [["x", "z"]] })).toThrow(/interactions names z/);
  });
});

describe("maxDepth", () => {
  it.each([1, 2, 4])("of %d bounds each way from the root", (maxDepth) => {
    const task = taskFor("squared");
    const longest = (parameters: Partial<BoostingParameters>) =>
      Math.max(
        ...treesOf(boosted({ trees: 3, leaves: 40, ...SMALL, ...parameters }, { task, train }))
          .flatMap(paths)
          .map((path) => path.length),
      );

    expect(longest({ maxDepth })).toBe(maxDepth);
    expect(longest({})).toBeGreaterThan(4);
  });
});
