import { describe, expect, it } from "vitest";
import type { Task } from "../../../../core/definition/task.ts";
import { InvalidInputError } from "../../../../core/errors.ts";
import { decodeState, encodeState } from "../../../../core/training/boosting/boosting-state.ts";
import { frameOf, numbers, shops, withoutRows } from "../frames.ts";
import { boosted, SMALL } from "./train.ts";

const train = shops(1_500, 1);
const validation = shops(500, 2);
const work = { train, validation };
const unstopped = { leaves: 8, earlyStoppingRounds: 0 };

describe("continued training", () => {
  it("ends where training in one go does, byte by byte", () => {
    const first = boosted({ ...unstopped, trees: 6 }, work);
    const second = boosted({ ...unstopped, trees: 9 }, { ...work, earlier: first.state() });
    const whole = boosted({ ...unstopped, trees: 15 }, work);

    expect(second.state()).toEqual(whole.state());
    expect(second.toOnnx()).toEqual(whole.toOnnx());
    expect(second.summary.rounds).toBe(9);
    expect(second.summary.learningCurve).toEqual(
      whole.summary.learningCurve.slice(6).map((round, i) => ({ ...round, round: i + 1 })),
    );
  });

  it("goes on with classes, quantiles and rows of another time", () => {
    const labels = Uint8Array.from(train.labels, (label, row) => label + (row % 2));
    const tasks: readonly [Task, typeof train][] = [
      [
        { type: "multiclass", classes: ["a", "b", "c"] },
        { ...train, labels },
      ],
      [
        { type: "regression", quantiles: [0.2, 0.8] },
        { ...train, labels: Float64Array.from(labels, (label, row) => label + (row % 7)) },
      ],
    ];
    for (const [task, frame] of tasks) {
      const first = boosted({ ...unstopped, trees: 4 }, { task, train: frame });
      const again = { task, train: frame, earlier: first.state() };
      const second = boosted({ ...unstopped, trees: 4 }, again);
      const whole = boosted({ ...unstopped, trees: 8 }, { task, train: frame });

      expect(second.state()).toEqual(whole.state());
    }
    const first = boosted({ ...unstopped, trees: 4 }, work);
    const later = shops(800, 5);
    const second = boosted(unstopped, { train: later, validation, earlier: first.state() });
    expect(decodeState(second.state()).bins).toEqual(decodeState(first.state()).bins);
  });

  it("is stored beside the graph up to so many leaves", () => {
    const trees = { ...unstopped, trees: 2 };
    const stored = (mostExplained: number) =>
      boosted(trees, { ...work, mostExplained }).explainer?.();

    expect(stored(16)).toEqual(boosted(trees, work).state());
    expect(stored(15)).toBeUndefined();
  });

  it("keeps the earlier trees alone where no later one helps", () => {
    const first = boosted({ trees: 10, leaves: 8, learningRate: 0.3 }, work);
    const noise = { ...train, labels: train.labels.map((_, row) => ((row * 7919) % 13) % 2) };

    const second = boosted(
      { trees: 30, learningRate: 1, earlyStoppingRounds: 3 },
      { train: noise, validation, earlier: first.state() },
    );

    expect(second.summary.bestRound).toBe(0);
    expect(second.scores(validation)).toEqual(first.scores(validation));
  });

  it("fails where columns, objective or quantiles are others", () => {
    const earlier = boosted({ trees: 2 }, work).state();
    const other = frameOf([numbers("x", [1, 2])], [0, 1]);
    const numbersOf = { ...train, labels: Float64Array.from(train.labels) };
    const task: Task = { type: "regression", quantiles: [] };
    const plain = boosted({ trees: 2 }, { task, train: numbersOf }).state();

    expect(() => boosted({}, { train: other, earlier })).toThrow(/columns must be \[x: number, y/);
    expect(() => boosted({}, { task, train: numbersOf, earlier })).toThrow(
      /the earlier model has objective logLoss with 1 scores, of which 0 are quantiles; wanted is squared/,
    );
    expect(() =>
      boosted({}, { task: { ...task, quantiles: [0.5] }, train: numbersOf, earlier: plain }),
    ).toThrow(/wanted is squared with 2 and 1/);
    const three: Task = { type: "multiclass", classes: ["a", "b", "c"] };
    const four: Task = { type: "multiclass", classes: ["a", "b", "c", "d"] };
    const ofThree = boosted({ trees: 2 }, { task: three, train }).state();
    expect(() => boosted({}, { task: four, train, earlier: ofThree })).toThrow(/with 3 scores/);
  });

  it("fails on bytes that are no state", () => {
    const bytes = new TextEncoder().encode('{"format":"other"}');

    expect(() => decodeState(bytes)).toThrow(InvalidInputError);
    expect(() => decodeState(new Uint8Array(3))).toThrow(/3 bytes are no state/);
  });
});

describe("the state", () => {
  it("keeps every bit, infinite borders too", () => {
    const frame = frameOf([numbers("x", [-Infinity, -1e30, 3, Infinity, NaN])], [0, 1, 0, 1, 1]);
    const model = boosted({ trees: 5, ...SMALL }, { train: frame, validation: withoutRows(frame) });

    const decoded = decodeState(model.state());

    expect(encodeState(decoded)).toEqual(model.state());
    const [bins] = decoded.bins;
    expect(bins?.kind === "number" && bins.borders[0]).toBe(-Infinity);
    const next = boosted({ trees: 1, ...SMALL }, { train: frame, earlier: model.state() });
    expect(next.scores(frame)).not.toEqual(model.scores(frame));
  });

  it("knows how many rows came by each node", () => {
    const [trees] = decodeState(boosted({ trees: 3, leaves: 6 }, work).state()).targets;

    for (const tree of trees?.trees ?? []) {
      const rows = (child: number) => (child < 0 ? tree.leafRows[~child] : tree.nodeRows[child]);
      expect(tree.nodeRows[0]).toBe(train.rows);
      tree.nodeRows.forEach((own, node) => {
        const both = [tree.left[node], tree.right[node]].map((side) => rows(side as number));
        expect((both[0] as number) + (both[1] as number)).toBe(own);
      });
    }
  });
});
