import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GraphOutput, graphOutputs, widthOf } from "../../../core/definition/task.ts";
import { IntegrityError } from "../../../core/errors.ts";
import type { OpenScorer } from "../../../core/inference/scorer.ts";
import { openScorer } from "../../../engine/onnx/open-scorer.ts";
import { NO_SCORES } from "../../../engine/onnx/read-outputs.ts";
import { CLASSES, LINEAR, TASK_TYPES } from "../../fixtures/task-worlds.ts";
import { type LocalPlaces, startPlaces } from "../functions/local-registry.ts";
import { taskRun } from "./task-run.ts";

let places: LocalPlaces;
beforeAll(async () => {
  places = await startPlaces();
});
afterAll(() => places.stop());

/** ONNX Runtime, but for what every prediction is changed to. */
const changing =
  (change: (value: number, place: number) => number): OpenScorer =>
  async (graph, task) => {
    const scorer = await openScorer(graph, task);
    return {
      release: scorer.release,
      async score(columns) {
        const answered = await scorer.score(columns);
        return { ...answered, predictions: answered.predictions.map(change) };
      },
    };
  };

describe("a run of a task", () => {
  it.each(TASK_TYPES)("ends in a %s version that is promoted", async (type) => {
    const { evaluate, register, promote, registry, fileOf, task } = await taskRun(
      places,
      type,
      LINEAR[type],
    );

    await expect(evaluate()).resolves.toMatchObject({ passed: true });
    await expect(register()).resolves.toEqual({ version: 1, status: "registered" });
    await expect(promote()).resolves.toEqual({ alias: "champion", from: null, to: 1 });

    expect(await registry.aliases("flight-delay")).toMatchObject([{ version: 1 }]);
    const manifest = await fileOf("manifest.json");
    const asJson = (output: GraphOutput) => ({ ...output, shape: [...output.shape] });
    expect(manifest.outputs).toEqual(graphOutputs(task).map(asJson));
  });

  it.each(TASK_TYPES)("keeps all that a %s model predicts of its sample rows", async (type) => {
    const { evaluate, register, fileOf, task } = await taskRun(places, type, LINEAR[type]);
    await evaluate();
    await register();

    const samples = (await fileOf("samples.json")) as readonly {
      readonly score: number;
      readonly predictions?: readonly number[];
    }[];

    expect(samples).toHaveLength(20);
    const width = widthOf(task);
    for (const { score, predictions } of samples) {
      expect(predictions?.length).toBe(width === 1 ? undefined : width);
      if (type === "multiclass") expect(score).toBe(Math.max(...(predictions ?? [])));
      if (type === "regression") expect(score).toBe(predictions?.[0]);
    }
  });

  it("keeps how often each class is predicted, where there are several", async () => {
    const { evaluate, register, fileOf, loadVersion, frame } = await taskRun(
      places,
      "multiclass",
      LINEAR.multiclass,
    );
    await evaluate();
    await register();

    const { predictedClass } = await fileOf("baseline.json");

    const version = await loadVersion("flight-delay", 1);
    const columns = Object.fromEntries(
      frame.columns.map((column) => [
        column.name,
        column.kind === "number"
          ? column.values
          : Array.from(column.codes, (code) => column.dictionary[code] ?? ""),
      ]),
    );
    const { labels = [] } = await version.score(columns);
    await version.release();
    const counted = Map.groupBy(labels as readonly string[], (name) => name);
    expect(predictedClass).toMatchObject({ kind: "category", rows: frame.rows, missing: 0 });
    expect(Object.fromEntries(predictedClass.counts)).toEqual(
      Object.fromEntries([...counted].map(([name, rows]) => [name, rows.length])),
    );
    expect([...counted.keys()].every((name) => CLASSES.includes(name))).toBe(true);
    expect(counted.size).toBeGreaterThan(1);
  });

  it.each(["binary", "regression", "ranking"] as const)(
    "keeps no classes of a %s model beside its scores",
    async (type) => {
      const { evaluate, register, fileOf, frame } = await taskRun(places, type, LINEAR[type]);
      await evaluate();
      await register();

      const baseline = await fileOf("baseline.json");

      expect(baseline).not.toHaveProperty("predictedClass");
      expect(baseline.score).toMatchObject({ kind: "number", rows: frame.rows, missing: 0 });
    },
  );
});

describe("promotion compares what a version answers with what evaluation recorded", () => {
  /** Predictions of about a thousand million. */
  const BIG = {
    bias: [1e9, 9e8, 1.1e9],
    weights: { distance: [1e6, 9e5, 1.1e6] },
  };

  async function registered(...[type, options]: [Parameters<typeof taskRun>[1], object]) {
    const run = await taskRun(places, type, options);
    await run.evaluate();
    await run.register();
    return run;
  }

  it("by the size of large numbers: a rounding of float32 is no difference", async () => {
    const { promote } = await registered("regression", BIG);

    await expect(promote(changing((value) => value * (1 + 4e-7)))).resolves.toMatchObject({
      to: 1,
    });
  });

  it("of which the registry keeps metrics of any size", async () => {
    const { registry, fileOf } = await registered("regression", BIG);

    const { metrics } = await registry.version("flight-delay", 1);

    expect(metrics).toEqual((await fileOf("manifest.json")).metrics);
    // 1e9 off a label of 0, over the least that it is divided by: about 1e-16.
    expect(metrics.mape).toBeGreaterThan(1e22);
  });

  it("by the size of large numbers: a few millionths are one", async () => {
    const { promote, registry } = await registered("regression", BIG);

    const promoted = promote(changing((value) => value * (1 + 3e-6)));

    await expect(promoted).rejects.toThrow(IntegrityError);
    await expect(promoted).rejects.toThrow(
      /answers 10\d+, .* for sample row 0, evaluation recorded 10/,
    );
    expect(await registry.aliases("flight-delay")).toEqual([]);
  });

  it("and not the watched number only: a quantile that is another is refused", async () => {
    const { promote } = await registered("regression", LINEAR.regression);

    const promoted = promote(changing((value, i) => (i % 3 === 2 ? value + 0.01 : value)));

    await expect(promoted).rejects.toThrow(/sample row 0, evaluation recorded/);
  });

  it("and not the likeliest class only: another's probability is refused", async () => {
    const { promote } = await registered("multiclass", { bias: [2, 0, 1] });

    const promoted = promote(changing((value, i) => (i % 3 === 1 ? value + 0.001 : value)));

    await expect(promoted).rejects.toThrow(/sample row 0, evaluation recorded/);
  });

  it.each(["multiclass", "regression", "ranking"] as const)(
    "and refuses a %s version that gives no numbers",
    async (type) => {
      const { promote, registry } = await registered(type, LINEAR[type]);

      const promoted = promote(changing(() => Number.NaN));

      await expect(promoted).rejects.toThrow(
        /version 1 of flight-delay cannot be served: its graph answered NaN to row 0/,
      );
      expect(await registry.aliases("flight-delay")).toEqual([]);
    },
  );

  it("and refuses a version that answers nothing", async () => {
    const { promote } = await registered("ranking", LINEAR.ranking);

    const promoted = promote(async () => ({
      score: async () => NO_SCORES,
      release: async () => {},
    }));

    await expect(promoted).rejects.toThrow(
      "version 1 of flight-delay cannot be served: its graph answered nothing to a row",
    );
  });
});
