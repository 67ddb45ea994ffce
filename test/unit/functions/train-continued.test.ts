import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../core/canonical-json.ts";
import { IntegrityError } from "../../../core/errors.ts";
import { candidateFiles, storageKeys, versionFiles } from "../../../core/storage-keys.ts";
import { decodeState } from "../../../core/training/boosting/boosting-state.ts";
import { trainCandidate } from "../../../core/training/train-candidate.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { makeHandler } from "../../../functions/train/handler.ts";
import { run, shopDefinition, shopWorld } from "./evaluate-world.ts";

const parameters = { trees: 4, leaves: 6, earlyStoppingRounds: 0 };
const candidate = {
  ...{ name: "boosting", family: "gradient-boosting", parameters },
  continueFrom: "champion",
};
const version = `${storageKeys.version(run.model, 3)}/`;

/** A shop whose candidate goes on from the champion, and a way to make what it trained the champion. */
function setUp(parts: object = {}) {
  const world = shopWorld(shopDefinition({ candidates: [candidate], ...parts }));
  const handler = makeHandler({
    ...world.deps,
    trainCandidate: (order) => trainCandidate({ ...order, tools: {} }),
  });
  const train = async (runId: string, continueFrom: object | null = null) => {
    await handler({ ...run, runId, continueFrom, candidate: { index: 0, name: "boosting" } });
    const folder = storageKeys.candidate(run.model, runId, 0);
    const explainer = await world.store.get(`${folder}/${candidateFiles.explainer}`);
    const report = JSON.parse(
      new TextDecoder().decode(await world.store.get(`${folder}/${candidateFiles.metrics}`)),
    );
    const [target] = decodeState(explainer).targets;
    return { explainer, report, trees: target?.trees ?? [] };
  };
  const register = async (explainer: Uint8Array, change: object = {}) => {
    const manifest = canonicalJson({
      ...{ model: run.model, version: 3, family: "gradient-boosting" },
      parameters: { ...parameters, monotone: {}, interactions: [] },
      definitionDigest: run.definitionDigest,
      files: { [versionFiles.explainer]: { sha256: sha256(explainer), sizeBytes: 1 } },
      ...change,
    });
    await world.store.put(version + versionFiles.manifest, manifest);
    return { version: 3, manifestSha256: sha256(new TextEncoder().encode(manifest)) };
  };
  return { ...world, train, register };
}

describe("a candidate that goes on from the champion", () => {
  it("keeps its trees and adds as many as it is to grow", async () => {
    const { store, train, register } = setUp();
    const first = await train("run-1");
    const champion = await register(first.explainer);
    await store.put(version + versionFiles.explainer, first.explainer);

    const second = await train("run-2", champion);

    expect(first.trees).toHaveLength(4);
    expect(second.trees).toHaveLength(8);
    expect(second.trees.slice(0, 4)).toEqual(first.trees);
    expect(second.report.training).toMatchObject({ continuedFrom: 3, rounds: 4 });
    expect(second.report.training).not.toHaveProperty("continuedNote");
    expect(second.report.metrics.logLoss).toBeLessThan(first.report.metrics.logLoss);
  });

  it("begins anew where there is no champion, and says so", async () => {
    const { report } = await setUp().train("run-1");

    expect(report.training).toMatchObject({
      continuedFrom: null,
      continuedNote: "the model has no champion; it was trained from scratch",
    });
  });

  it("begins anew where the champion does not fit, and says why", async () => {
    const { train, register } = setUp();
    const first = await train("run-1");

    const second = await train("run-2", await register(first.explainer, { family: "scorecard" }));

    expect(second.explainer).toEqual(first.explainer);
    expect(second.report.training).toMatchObject({
      continuedFrom: null,
      continuedNote: "champion version 3 is of the family scorecard; it was trained from scratch",
    });
  });

  it("says nothing of it where it was not asked for, and reads no version", async () => {
    const { train } = setUp({ candidates: [{ ...candidate, continueFrom: undefined }] });

    const { report } = await train("run-1", { version: 9, manifestSha256: "0".repeat(64) });

    expect(report.training).not.toHaveProperty("continuedFrom");
  });

  it.each([
    ["explainer", versionFiles.explainer],
    ["manifest", versionFiles.manifest],
  ])("fails with IntegrityError where the champion's %s is damaged", async (_name, file) => {
    const { store, train, register } = setUp();
    const first = await train("run-1");
    const champion = await register(first.explainer);
    const damaged = first.explainer.map((byte, i) => (i === 100 ? byte ^ 1 : byte));
    await store.put(version + versionFiles.explainer, damaged);
    const wanted = file === versionFiles.manifest ? "0".repeat(64) : champion.manifestSha256;

    const second = train("run-2", { ...champion, manifestSha256: wanted });

    await expect(second).rejects.toThrow(IntegrityError);
    await expect(second).rejects.toThrow(`${version}${file} has sha-256`);
  });
});
