import { describe, expect, it } from "vitest";
import { graphOutputs, type Task } from "../../../core/definition/task.ts";
import { IntegrityError } from "../../../core/errors.ts";
import { openScorer } from "../../../engine/onnx/open-scorer.ts";
import { MODEL } from "../../fixtures/serving-world.ts";
import { taskGraph } from "../../fixtures/task-graph.ts";
import { CLASSES, TASK_TYPES, taskWorld } from "../../fixtures/task-worlds.ts";

const GRAPHS: Readonly<Record<string, Task>> = {
  "of two classes by number": { type: "binary" },
  "of three classes": { type: "multiclass", classes: CLASSES },
  "of two classes by name": { type: "multiclass", classes: ["yes", "no"] },
  "of numbers": { type: "regression", quantiles: [] },
  "of numbers with two quantiles": { type: "regression", quantiles: [0.1, 0.9] },
  "of numbers with one quantile": { type: "regression", quantiles: [0.5] },
  "of ranks": { type: "ranking" },
};
const INPUTS = [{ name: "x", kind: "number" }] as const;

/** Every graph beside every task that it is not of. */
const PAIRS = Object.entries(GRAPHS).flatMap(([name, of]) =>
  Object.entries(GRAPHS)
    .filter(([, task]) => task !== of)
    .map(([wanted, task]) => [name, wanted, of, task] as const),
);

describe("a graph that is opened for a task", () => {
  it.each(Object.values(GRAPHS))("is opened where it is of it: %j", async (task) => {
    const scorer = await openScorer(taskGraph(task, INPUTS), task);

    await scorer.release();
  });

  it.each(PAIRS)("%s is refused as one %s", async (_name, _wanted, of, task) => {
    const opened = openScorer(taskGraph(of, INPUTS), task);

    await expect(opened).rejects.toThrow(IntegrityError);
    await expect(opened).rejects.toThrow(
      `those of a ${task.type} model are [${graphOutputs(task)[0]?.name} `,
    );
  });

  it("is refused with both sides named", async () => {
    const graph = taskGraph({ type: "ranking" }, INPUTS);

    await expect(openScorer(graph, { type: "multiclass", classes: CLASSES })).rejects.toThrow(
      "graph has outputs [score float32 (n)], those of a multiclass model are [label string (n), probabilities float32 (n x 3)]",
    );
  });
});

describe("a version is not loaded", () => {
  it.each(TASK_TYPES)("where its graph is of another task than %s", async (type) => {
    const world = taskWorld(type);
    const other: Task = type === "ranking" ? { type: "binary" } : { type: "ranking" };
    const version = world.publish({ graph: taskGraph(other, world.inputs) });

    const loaded = world.load(MODEL, version);

    await expect(loaded).rejects.toThrow(IntegrityError);
    await expect(loaded).rejects.toThrow(
      /^version 2 of flight-delay cannot be served: graph has outputs/,
    );
  });

  it.each(TASK_TYPES)("where the graph of a %s model gives no number", async (type) => {
    const world = taskWorld(type);
    const version = world.publishLinear({ isNaNWithout: "distance", weights: { distance: [1] } });

    await expect(world.load(MODEL, version)).rejects.toThrow(
      /^version 2 of flight-delay cannot be served: its graph answered NaN to row 0 of 1/,
    );
  });

  it("where its classes are others than the definition's, or in another order", async () => {
    const world = taskWorld("multiclass");
    const publish = (classes: readonly string[]) => {
      const graph = taskGraph({ type: "multiclass", classes }, world.inputs, { bias: [1, 0, 0] });
      return world.publish({ graph });
    };

    const others = world.load(MODEL, publish(["red", "green", "blue"]));
    const reversed = world.load(MODEL, publish(CLASSES.toReversed()));

    await expect(others).rejects.toThrow("answered the label red to row 0; the classes are early,");
    await expect(reversed).rejects.toThrow(
      /the label late, or never to row 0, but another class's probability 0\.57\d+ is higher/,
    );
  });
});
