import { describe, expect, it } from "vitest";
import { IntegrityError, InvalidInputError } from "../../../core/errors.ts";
import type { CandidateReport } from "../../../core/run/artifacts.ts";
import { candidateFiles, storageKeys } from "../../../core/storage-keys.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { makeHandler } from "../../../functions/train/handler.ts";
import { run, shopDefinition, shopGraph, shopWorld } from "./evaluate-world.ts";

/** Two members that were stored: one ranks by age, the other the wrong way round. */
async function setUp(method: "average" | "stacking" = "average", parts: object = {}) {
  const definition = shopDefinition({ ensemble: { method, best: 2 }, ...parts });
  const world = shopWorld(definition);
  const graphs = [shopGraph(1), shopGraph(-0.2)];
  for (const [index, graph] of graphs.entries()) {
    const folder = storageKeys.candidate(run.model, run.runId, index);
    await world.store.put(`${folder}/${candidateFiles.graph}`, graph);
  }
  const handler = makeHandler({
    ...world.deps,
    trainCandidate: async () => expect.unreachable("an ensemble trains nothing"),
  });
  const members = graphs.map((graph, index) => ({ index, graphSha256: sha256(graph) }));
  const folder = storageKeys.candidate(run.model, run.runId, 2);
  const reportOf = async () => {
    const bytes = await world.store.get(`${folder}/${candidateFiles.metrics}`);
    return JSON.parse(new TextDecoder().decode(bytes)) as CandidateReport;
  };
  const event = { ...run, round: 1, candidate: { index: 2, name: "ensemble", members } };
  return { ...world, handler, event, members, folder, reportOf };
}

describe("the ensemble as a candidate", () => {
  it("is the mean of its members in one graph, with findings of its own", async () => {
    const { handler, event, store, folder, members, reportOf } = await setUp();

    const output = await handler(event);

    const graph = await store.get(`${folder}/${candidateFiles.graph}`);
    expect(output).toEqual({
      ...{ index: 2, name: "ensemble", graphSha256: sha256(graph) },
      metrics: { rocAuc: expect.any(Number) },
    });
    const report = await reportOf();
    expect(report).toMatchObject({
      ...{ index: 2, name: "ensemble", family: "ensemble", graphSha256: output.graphSha256 },
      parameters: { method: "average", members: ["boosting", "logistic"] },
      training: {
        members: [
          { ...members[0], name: "boosting" },
          { ...members[1], name: "logistic" },
        ],
        blend: { of: "probabilities", weights: [0.5, 0.5] },
      },
    });
    expect(report.largestGraphDifference).toBeLessThan(1e-6);
  });

  it("gives no weight to a member that is wrong, where it is stacked", async () => {
    const { handler, event, reportOf } = await setUp("stacking");

    await handler(event);

    const { weights } = (await reportOf()).training.blend as { readonly weights: number[] };
    expect(weights[0]).toBeGreaterThan(0.1);
    expect(weights[1]).toBe(0);
  });

  it("is not calibrated a second time, but gets its own threshold", async () => {
    const { handler, event, reportOf } = await setUp("average", {
      calibration: { method: "platt" },
      threshold: { choose: "fixed", value: 0.3 },
    });

    await handler(event);

    expect(await reportOf()).not.toHaveProperty("calibration");
    expect((await reportOf()).threshold).toBe(0.3);
  });

  it("gives the same bytes when it is tried again", async () => {
    const { handler, event, reportOf } = await setUp("stacking");
    const first = [await handler(event), await reportOf()];

    expect([await handler(event), await reportOf()]).toEqual(first);
  });

  it("fails on a member that is not what was trained, and stores nothing", async () => {
    const { handler, event, store, folder } = await setUp();
    const [one, other] = event.candidate.members;
    const members = [one, { ...other, graphSha256: "0".repeat(64) }];

    await expect(handler({ ...event, candidate: { ...event.candidate, members } })).rejects.toThrow(
      IntegrityError,
    );
    for await (const object of store.list(folder)) expect.unreachable(object.key);
  });

  it.each([
    ["a definition without one", { ensemble: undefined }, {}],
    ["another index", {}, { index: 1 }],
    ["another name", {}, { name: "boosting" }],
  ])("fails on %s", async (_name, parts, changed) => {
    const { handler, event } = await setUp("average", parts);

    await expect(
      handler({ ...event, candidate: { ...event.candidate, ...changed } }),
    ).rejects.toThrow(InvalidInputError);
  });
});
