import { describe, expect, it } from "vitest";
import { IntegrityError, NotFoundError } from "../../../core/errors.ts";
import { makeHandler } from "../../../functions/collect-candidate/handler.ts";
import { memoryObjects } from "../../fixtures/memory-object-store.ts";

const ORDER = {
  model: "mm",
  runId: "r",
  definitionDigest: "a".repeat(64),
  datasetDigest: "b".repeat(64),
  round: 1,
  candidate: { index: 2, name: "boosting" },
};
const OUTPUT = {
  index: 2,
  name: "boosting",
  graphSha256: "c".repeat(64),
  metrics: { rocAuc: 0.7 },
  durationMs: 12_000,
};
const FOLDER = "runs/mm/r/candidates/2/outcomes/1";

async function collect(outcomes: Readonly<Record<string, unknown>>) {
  const { get, put, objects } = memoryObjects();
  for (const [name, outcome] of Object.entries(outcomes)) {
    await put(`${FOLDER}/${name}.json`, JSON.stringify(outcome));
  }
  await put(`${FOLDER}-of-another/01Z.json`, JSON.stringify({ output: {} }));
  await put(`${FOLDER.slice(0, -1)}0/01Z.json`, JSON.stringify({ output: {} }));
  const list = async function* (prefix: string) {
    for (const [key, { byteLength }] of objects) {
      if (key.startsWith(prefix)) yield { key, sizeBytes: byteLength };
    }
  };
  return makeHandler({ store: { get, list } })(ORDER);
}

describe("collect-candidate", () => {
  it("answers what the task in the container answered", async () => {
    expect(await collect({ "01A": { output: OUTPUT } })).toEqual(OUTPUT);
  });

  it("throws what the task threw, by its name", async () => {
    const error = { name: "DataContractError", message: "no rows" };

    await expect(collect({ "01A": { error } })).rejects.toMatchObject(error);
  });

  it("takes the newest outcome, of the task that was started last", async () => {
    const error = { name: "UnavailableError", message: "busy" };

    expect(await collect({ "01A": { error }, "01B": { output: OUTPUT } })).toEqual(OUTPUT);
    await expect(collect({ "01A": { output: OUTPUT }, "01B": { error } })).rejects.toThrow("busy");
  });

  it("answers of a candidate that saw a share of the rows without a graph", async () => {
    const { graphSha256: _none, ...output } = OUTPUT;

    expect(await collect({ "01A": { output } })).toEqual(output);
  });

  it("says where to look when a task ended without a word", async () => {
    await expect(collect({})).rejects.toThrow(
      new NotFoundError(
        `the training task ended without an outcome below ${FOLDER}/; look at its log`,
      ),
    );
  });

  it("refuses what is no outcome", async () => {
    await expect(collect({ "01A": { fine: true } })).rejects.toThrow(IntegrityError);
    await expect(collect({ "01A": { output: { index: 2 } } })).rejects.toThrow(IntegrityError);
  });
});
