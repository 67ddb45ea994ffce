import { afterEach, describe, expect, it } from "vitest";
import type { Task } from "../../../core/definition/task.ts";
import { trainBoosting } from "../../../core/training/boosting/train-boosting.ts";
import { wasmFunction } from "../../../core/wasm/encode-module.ts";
import { type Code, i32 } from "../../../core/wasm/instructions.ts";
import { threadedRows } from "../../../engine/training/threaded-rows.ts";
import { type StartedThreads, startThreads } from "../../../engine/training/worker-threads.ts";
import { candidate, frameOf, numbers, shops } from "./frames.ts";

const PAGES = 1;
const UNREACHABLE: Code = [0x00];

/** `mark(thread, at)`: adds 1 at an address, and keeps beside it which thread did. */
const mark = wasmFunction("mark", { thread: "i32", at: "i32" }, {}, ({ thread, at }) => [
  i32.store(0, at.get, i32.add(i32.load(0, at.get), i32.const(1))),
  i32.store(4, at.get, thread.get),
]);
const fail = wasmFunction("fail", { thread: "i32" }, {}, () => [UNREACHABLE]);

let threads: StartedThreads | undefined;
afterEach(() => threads?.end());

describe("startThreads", () => {
  it.each([1, 2, 3])(
    "makes each call once with %d threads, more than fit into one run too",
    (count) => {
      threads = startThreads(count);
      const { run, buffer } = threads.load([fail, mark], PAGES);
      const calls = Array.from({ length: 1_300 }, (_, i) => [i * 8]);

      for (let round = 0; round < 50; round++) run("mark", calls);

      const words = new Int32Array(buffer, 0, 2_600);
      expect(words.filter((_, i) => i % 2 === 0)).toEqual(new Int32Array(1_300).fill(50));
      expect(Math.max(...words.filter((_, i) => i % 2 === 1))).toBeLessThan(count);
      expect(threads.count).toBe(count);
    },
  );

  it("runs several modules, each over its memory", () => {
    threads = startThreads(2);
    const [first, second] = [threads.load([mark], PAGES), threads.load([fail, mark], PAGES)];

    first.run("mark", [[0], [64]]);
    second.run("mark", [[64]]);
    first.run("mark", [[0]]);

    const seen = [first, second].map(({ buffer }) => new Int32Array(buffer));
    expect(seen.map((words) => [words[0], words[16]])).toEqual([
      [2, 1],
      [0, 1],
    ]);
  });

  it.each([1, 2])("fails where a call does, on any of %d threads", (count) => {
    threads = startThreads(count);
    const { run } = threads.load([fail], PAGES);

    expect(() =>
      run(
        "fail",
        Array.from({ length: 100 }, () => []),
      ),
    ).toThrow();
  });
});

describe("threadedRows", () => {
  const sizes = { trees: 3, leaves: 31, minLeafRows: 5 };

  it.each<[string, Task, object]>([
    ["log-loss", { type: "binary" }, {}],
    ["samples", { type: "binary" }, { rowShare: 0.7, columnShare: 0.8 }],
    ["squares", { type: "regression", quantiles: [0.9] }, {}],
  ])("trains the same model with 1, 2 and 3 threads and without, on %s", (_name, task, changed) => {
    const { parameters } = candidate("gradient-boosting", { ...sizes, ...changed });
    const rows = shops(50_000, 3);
    const labels = task.type === "binary" ? rows.labels : Float64Array.from(rows.labels);
    const train = { ...rows, labels };
    const trained = (makeKernels?: ReturnType<typeof threadedRows>) =>
      trainBoosting(parameters as never, task, 1, train, train, { makeKernels }).state?.();

    const states = [1, 2, 3].map((count) => trained(threadedRows(count)));

    expect(states).toEqual([trained(), trained(), trained()]);
  });

  const shape = { starts: [0], length: 3 };
  const bins = [{ kind: "number", name: "x", binCount: 1, borders: new Float32Array() }] as const;

  it.each([
    ["has ended", "number"],
    ["fails", "category"],
  ])("leaves no thread behind when training %s", async (_name, kind) => {
    const column =
      kind === "number"
        ? numbers("x", [1, 2])
        : { kind: "category" as const, name: "x", codes: Int32Array.of(0, 0), dictionary: ["a"] };
    const train = { ...frameOf([column], [0, 1]), rows: 50_000 };
    const rows = threadedRows(2, (count) => {
      threads = startThreads(count);
      return threads;
    });
    const input = { train, validation: train, bins, shape, targets: 1, histograms: 2 };

    if (kind === "number") rows({ ...input, slopes: "given" }).end();
    else expect(() => rows({ ...input, slopes: "given" })).toThrow("is no number");

    await expect(threads?.ended).resolves.toBeDefined();
  });

  it("starts none for few rows", () => {
    const train = frameOf([numbers("x", [1, 2])], [0, 1]);
    const counts: number[] = [];
    const rows = threadedRows(2, (count) => {
      counts.push(count);
      return startThreads(count);
    });
    const input = { validation: train, bins, shape, targets: 1, histograms: 2 };

    rows({ ...input, train, slopes: "given" }).end();
    rows({ ...input, train: { ...train, rows: 50_000 }, slopes: "given" }).end();

    expect(counts).toEqual([1, 2]);
  });
});
