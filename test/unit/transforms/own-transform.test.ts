import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { transformStep } from "../../../core/definition/transform-schema.ts";
import { parseExplainer } from "../../../core/explain/parse-explainer.ts";
import type { CandidateReport } from "../../../core/run/artifacts.ts";
import { candidateFiles, storageKeys } from "../../../core/storage-keys.ts";
import { trainCandidate } from "../../../core/training/train-candidate.ts";
import type { ReadColumns } from "../../../core/transforms/define-transform.ts";
import { fitTransforms } from "../../../core/transforms/fit-transforms.ts";
import type { Operators } from "../../../core/transforms/operators.ts";
import { transformsOf, withCode } from "../../../core/transforms/with-code.ts";
import { bundleDefinition } from "../../../engine/definition/bundle-definition.ts";
import { loadCode } from "../../../engine/definition/load-code.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { makeHandler } from "../../../functions/train/handler.ts";
import { run, shopFrame, shopWorld } from "../functions/evaluate-world.ts";

const path = join(import.meta.dirname, "own-transform.model.ts");
const task = { type: "binary" } as const;

describe("a transform of one's own", () => {
  it("travels in the definition's code, and is in the graph that training stores", async () => {
    const { definition, code } = await bundleDefinition(path);
    const bytes = new TextEncoder().encode(code);
    const compute = await loadCode(bytes, sha256(bytes));
    const { deps, store } = shopWorld();
    const handler = makeHandler({
      ...deps,
      loadDefinition: async (_model, digest) => ({ digest, definition, compute }),
      trainCandidate: (order) => trainCandidate({ ...order, tools: {} }),
    });

    await handler({ ...run, candidate: { index: 0, name: "it" } });

    const folder = storageKeys.candidate(run.model, run.runId, 0);
    const stored = await store.get(`${folder}/${candidateFiles.metrics}`);
    const report = JSON.parse(new TextDecoder().decode(stored)) as CandidateReport;
    const training = report.training as {
      transforms: { steps: { how: string; state: { all: number } }[]; columns: string[] };
      contributions: { feature: string; meanAbsolute: number }[];
    };
    expect(training.transforms.columns).toEqual(["town", "age_in_town"]);
    expect(training.transforms.steps[0]?.how).toBe("from_group_mean");
    expect(training.transforms.steps[0]?.state.all).toBeCloseTo(4.95, 1);
    // age is dropped as a column, and moves scores by what was made of it
    const byAge = training.contributions.find(({ feature }) => feature === "age");
    expect(byAge?.meanAbsolute).toBeGreaterThan(0.1);
    expect(report.largestGraphDifference).toBeLessThan(1e-6);
    // the explainer holds the transform's operators, so its code is not needed
    const explainer = await store.get(`${folder}/${candidateFiles.explainer}`);
    const { inputs, contributions } = parseExplainer(explainer);
    const found = contributions(shopFrame(3));
    expect(inputs.map(({ name }) => name)).toEqual(["age", "town"]);
    expect(found).toHaveLength(3 * 3);
    expect(Math.max(...found.map(Math.abs))).toBeGreaterThan(0.1);
    expect(definition.transforms?.[0]).toEqual({
      use: { name: "from_group_mean", reads: ["number", "category"], makes: { "": "number" } },
      columns: ["age", "town"],
      into: "age_in_town",
      options: { shrink: 1 },
    });
    expect(Object.keys(transformsOf(compute))).toEqual(["from_group_mean"]);
  });

  const own = (parts: object) =>
    transformStep.parse({
      use: { name: "twice", reads: ["number"], makes: { "": "number" }, ...parts },
      columns: ["age"],
    });
  const fitting = (parts: object) => fitTransforms([own(parts)], shopFrame(10), { task, seed: 1 });

  it("fails without its code, with a state that is no JSON, and without a column that it makes", () => {
    expect(() => fitting({})).toThrow("the code of transform twice is not there");
    expect(() => fitting({ fit: () => ({ at: Number.NaN }), toOnnx: () => ({}) })).toThrow(
      "no number",
    );
    expect(() => fitting({ fit: () => undefined, toOnnx: () => ({}) })).toThrow('no column ""');
  });

  it("is told its options when it is fitted and when it is carried out", () => {
    const of = (options: object) => {
      const use = {
        ...{ name: "line", reads: ["number"], makes: { "": "number" } },
        fit: (rows: { options: { from: number } }) => ({ from: rows.options.from }),
        toOnnx: (
          nodes: Operators<unknown, unknown>,
          { numbers }: ReadColumns<unknown, unknown>,
          { from }: { from: number },
          { by }: { by: number },
        ) => ({ "": nodes.multiply(nodes.subtract(numbers[0], from), by) }),
      };
      const step = transformStep.parse({ use, columns: ["age"], options });
      const { train } = fitTransforms([step], shopFrame(2), { task, seed: 1 });
      return Array.from((train.columns[0] as { values: Float32Array }).values);
    };

    // ages 0 and 3.7
    expect(of({ from: 1, by: 2 })).toEqual([-2, Math.fround((Math.fround(3.7) - 1) * 2)]);
    expect(of({ from: 3, by: 2 })[0]).toBe(-6);
    expect(of({ from: 1, by: 5 })[0]).toBe(-5);
  });

  it("stays without code where there is none, and has it where there is", () => {
    const steps = [own({}), transformStep.parse({ how: "drop", columns: ["town"] })];
    const code = { name: "twice", reads: [], makes: {} } as const;

    expect(withCode(steps)).toEqual(steps);
    expect(withCode(undefined)).toBeUndefined();
    expect(withCode(steps, { twice: code })?.[0]).toMatchObject({ use: code });
  });

  it("sees rows, labels, weights and the seed, and has what it found as JSON", () => {
    const seen: unknown[] = [];
    const given = {
      fit: (rows: { weights: Float64Array; labels: Uint8Array; seed: number }) => {
        seen.push(rows.weights[0], rows.labels.length, rows.seed);
        return { by: 2, none: undefined };
      },
      toOnnx: (nodes: never, { numbers }: { numbers: [Float64Array] }, state: { by: number }) => ({
        "": (nodes as { multiply: (a: Float64Array, b: number) => unknown }).multiply(
          numbers[0],
          state.by,
        ),
      }),
    };
    const weights = new Float64Array(10).fill(3);

    const plain = fitting(given);
    fitTransforms([own(given)], { ...shopFrame(10), weights }, { task, seed: 4 });

    expect(plain.train.columns[0]).toMatchObject({ name: "age" });
    expect(
      Array.from((plain.train.columns[0] as { values: Float32Array }).values).slice(0, 3),
    ).toEqual([0, 3.7, 7.4].map((age) => Math.fround(2 * Math.fround(age))));
    expect(plain.fitted.found).toEqual([{ how: "twice", columns: ["age"], state: { by: 2 } }]);
    expect(seen).toEqual([1, 10, 1, 3, 10, 4]);
  });
});
