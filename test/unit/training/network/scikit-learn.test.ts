import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Task } from "../../../../core/definition/task.ts";
import type { GraphTensors } from "../../../../core/ports/open-graph.ts";
import { frameOf, logLoss, numbers, withoutRows } from "../frames.ts";
import { lossIn, openStep, ratesFor } from "./step-runner.ts";
import { BINARY, probabilitiesOf, train } from "./train.ts";

interface Trajectory {
  readonly rows: readonly (readonly number[])[];
  readonly targets: readonly number[];
  readonly start: readonly number[];
  readonly end: readonly number[];
  readonly losses: readonly number[];
}

const FIXTURE = JSON.parse(
  readFileSync(new URL("../../../fixtures/network/scikit-learn.json", import.meta.url), "utf8"),
) as {
  readonly learningRate: number;
  readonly hidden: number;
  readonly moons: {
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly labels: readonly number[];
    readonly trainRows: number;
    readonly networkLosses: readonly number[];
    readonly logisticLoss: number;
  };
} & Readonly<Record<"binary" | "multiclass" | "regression", Trajectory>>;

const TASKS: readonly Task[] = [
  BINARY,
  { type: "multiclass", classes: ["0", "1", "2"] },
  { type: "regression", quantiles: [] },
];

describe("training steps", () => {
  it.each(TASKS)("are those of scikit-learn's Adam: $type", async (task) => {
    const { rows, targets, start, end, losses } = FIXTURE[task.type as "binary"];
    const step = await openStep({
      task,
      numbers: 3,
      shape: { hiddenUnits: [FIXTURE.hidden], batchNormalisation: false },
    });
    const fed = {
      ...step.feeds,
      numbers: tensor(rows.flat(), rows.length, 3),
      targets: tensor(targets, rows.length, 1),
      weights: tensor(
        targets.map(() => 1 / rows.length),
        rows.length,
        1,
      ),
    };
    let state: GraphTensors = {
      newParameters: tensor(start, start.length),
      newFirst: tensor(new Float64Array(start.length), start.length),
      newSecond: tensor(new Float64Array(start.length), start.length),
    };

    for (let number = 1; number <= losses.length; number++) {
      const { newParameters, newFirst, newSecond } = state as Required<typeof state>;
      const feeds = { ...fed, ...ratesFor(number, FIXTURE.learningRate, 0) } as GraphTensors;
      state = await step.run({
        ...feeds,
        parameters: newParameters as GraphTensors[string],
        first: newFirst as GraphTensors[string],
        second: newSecond as GraphTensors[string],
      });
      const loss = lossIn({ ...step, feeds: fed }, state);
      expect(Math.abs(loss - (losses[number - 1] as number))).toBeLessThan(1e-9);
    }

    const reached = state.newParameters?.data as Float64Array;
    end.forEach((value, i) => {
      expect(Math.abs((reached[i] as number) - value)).toBeLessThan(1e-9);
    });
    await step.release();
  });
});

describe("a network on two moons", () => {
  it("has a log-loss as good as scikit-learn's network, and better than a line's", async () => {
    const { x, y, labels, trainRows, networkLosses, logisticLoss } = FIXTURE.moons;
    const frame = (from: number, to?: number) =>
      frameOf(
        [numbers("x", x.slice(from, to)), numbers("y", y.slice(from, to))],
        labels.slice(from, to),
      );
    const known = frame(0, trainRows);
    const test = frame(trainRows);

    const model = await train(
      BINARY,
      known,
      {
        hiddenUnits: [32, 16],
        learningRate: 0.01,
        epochs: 30,
        batchSize: 32,
        dropout: 0,
        schedule: "constant",
        batchNormalisation: false,
      },
      { validation: withoutRows(known) },
    );

    const loss = logLoss(test, probabilitiesOf(model, test));
    expect(loss).toBeLessThan(Math.max(...networkLosses));
    expect(loss).toBeLessThan(logisticLoss - 0.08);
  });
});

const tensor = (values: ArrayLike<number>, ...dims: number[]) => ({
  data: Float64Array.from(values),
  dims,
});
