import { describe, expect, it } from "vitest";
import type { Use } from "../../../core/cost/cost-line.ts";
import { trainingRunUses } from "../../../core/cost/training-cost.ts";
import { measured } from "./measured.ts";

const quantities = (uses: readonly Use[]) =>
  Object.fromEntries(uses.map(({ item, quantity }) => [item, quantity]));

describe("trainingRunUses", () => {
  it("multiplies memory with durations, each task by itself", () => {
    const uses = quantities(trainingRunUses(measured()));

    // 3,008 / 1,024 = 2.9375 GB
    expect(uses["prepare: compute"]).toBeCloseTo(2.9375 * 8, 10);
    expect(uses["train: compute"]).toBeCloseTo(2.9375 * 40, 10);
    expect(uses["evaluate: compute"]).toBeCloseTo(2.9375 * 5, 10);
    expect(uses["register: compute"]).toBeCloseTo(1 * 0.5, 10);
  });

  it("says how a quantity comes about", () => {
    const uses = trainingRunUses(measured());
    const how = (item: string) => uses.find((use) => use.item === item)?.how;

    expect(how("train: compute")).toBe("3008 MB × (30 + 10) s");
    expect(how("prepare: ephemeral storage")).toBe("3584 MB beyond the free 512 × 8 s");
  });

  it("counts ephemeral storage beyond 512 MB", () => {
    const uses = quantities(trainingRunUses(measured()));

    // (4,096 - 512) / 1,024 = 3.5 GB; (2,048 - 512) / 1,024 = 1.5 GB
    expect(uses["prepare: ephemeral storage"]).toBeCloseTo(3.5 * 8, 10);
    expect(uses["train: ephemeral storage"]).toBeCloseTo(1.5 * 40, 10);
    expect(uses["evaluate: ephemeral storage"]).toBeCloseTo(1.5 * 5, 10);
    expect(uses).not.toHaveProperty("register: ephemeral storage");
  });

  it("rounds every invocation up to a whole millisecond", () => {
    const uses = quantities(
      trainingRunUses(measured({ run: { trainMs: [0.2, 0.2], registerMs: 1.01 } })),
    );

    expect(uses["train: compute"]).toBeCloseTo(2.9375 * 0.002, 12);
    expect(uses["register: compute"]).toBeCloseTo(0.002, 12);
  });

  it("counts requests, transitions, objects and changes", () => {
    expect(quantities(trainingRunUses(measured()))).toMatchObject({
      // start-run, prepare, evaluate, register, promote, end-run, notify, narrow, and two candidates
      "Lambda requests": 10,
      // twelve states, three of the one round, and two for each candidate
      "Step Functions": 19,
      // 11 + 5 + 6 objects of two runs
      "objects written": 11,
      "registry changes": 20,
      trace: 1,
      alert: 1,
    });
  });

  it("counts a request for each training and each round of a search", () => {
    const uses = quantities(trainingRunUses(measured({ definition: { rounds: [9, 3, 1] } })));

    expect(uses["Lambda requests"]).toBe(7 + 13 + 3);
  });

  it("takes arm's price for arm", () => {
    const uses = trainingRunUses(measured({ platform: { architecture: "arm64" } }));

    expect(uses.find(({ item }) => item === "train: compute")?.price).toBe(
      "lambdaArmUsdPerGbSecond",
    );
  });

  it("takes a training function's memory from the definition", () => {
    const compute = { training: { on: "lambda", memoryMb: 10_240 } };

    const uses = trainingRunUses(measured({ definition: { compute } }));

    expect(quantities(uses)["train: compute"]).toBe(10 * 40);
  });

  it("counts CPU, memory and address of a container, at least a minute each", () => {
    const compute = { training: { on: "fargate", vcpu: 4, memoryGb: 16 } };

    const uses = quantities(
      trainingRunUses(measured({ definition: { compute }, run: { trainMs: [3_540_000, 1_000] } })),
    );

    // 59 minutes and one
    expect(uses["train: virtual CPUs"]).toBeCloseTo(4, 10);
    expect(uses["train: memory"]).toBeCloseTo(16, 10);
    expect(uses["train: address"]).toBeCloseTo(1, 10);
    // three states for a candidate: choice, task, collection
    expect(uses["Step Functions"]).toBe(21);
    expect(uses).not.toHaveProperty("train: compute");
  });

  it("counts the plan, and a function and a state for each file of a distributed preparation", () => {
    const compute = { preparation: { on: "distributed-map" } };

    const uses = quantities(trainingRunUses(measured({ definition: { compute } })));

    expect(uses["Lambda requests"]).toBe(10 + 1 + 3);
    expect(uses["Step Functions"]).toBe(19 + 2 + 3);
    expect(uses["stage 3 source files: compute"]).toBeNull();
  });

  it.each([
    ["lambda", { on: "lambda" }, "train: compute"],
    ["fargate", { on: "fargate", vcpu: 1, memoryGb: 2 }, "train: virtual CPUs"],
  ])("puts nothing in the place of a run on %s that was not measured", (_on, training, item) => {
    const compute = { training };
    const storage = { runs: 0 };

    const uses = trainingRunUses(measured({ run: null, storage, definition: { compute } }));

    const unknown = uses.filter(({ quantity }) => quantity === null);
    expect(unknown.map((use) => use.item)).toContain(item);
    expect(unknown.map((use) => use.item)).toContain("objects written");
    expect(uses.find((use) => use.item === item)?.how).toMatch(/duration not measured/);
  });

  it("counts no object where there is none of a kind", () => {
    const objects = { runs: { objects: 4, bytes: 1 } };

    const uses = quantities(trainingRunUses(measured({ storage: { objects } })));

    expect(uses["objects written"]).toBe(2);
  });
});
