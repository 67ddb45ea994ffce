import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleInstances } from "../../cli/sample-instances.ts";
import type { Alert } from "../../core/ports/alerts.ts";
import { homePaths } from "../../local/local-environment.ts";
import type { Platform } from "../../local/platform.ts";
import {
  ask,
  championOf,
  endOf,
  eventsOf,
  idsOf,
  predict,
  runsOf,
  startTraining,
  versionsOf,
} from "../fixtures/e2e/http.ts";
import { predictionsInParquet } from "../fixtures/e2e/logged-predictions.ts";
import { until } from "../fixtures/e2e/until.ts";
import { MODEL, makeWorld, type World, writeFlights } from "../fixtures/e2e/world.ts";
import { startWorldPlatform } from "../fixtures/e2e/world-platform.ts";

/** One story, told in the order of its chapters: each goes on from where the last one ended. */
describe("a model from its file to its retraining", () => {
  let world: World;
  let platform: Platform;
  let url: string;
  let sample: readonly Readonly<Record<string, unknown>>[];

  beforeAll(async () => {
    world = await makeWorld();
    platform = await startWorldPlatform(world);
    url = platform.url;
    const [definition] = platform.definitions;
    if (definition) sample = await sampleInstances(platform.store, definition, 2_000);
  });
  afterAll(async () => {
    await platform?.stop();
    await world.remove();
  });

  const train = async () => endOf(url, await startTraining(url));
  const check = async () => {
    const { body } = await ask<{ execution: string }>(url, "POST", `/api/models/${MODEL}/checks`);
    return endOf(url, body.execution);
  };
  const alerts = async (): Promise<readonly Alert[]> =>
    (await readFile(homePaths.alerts(world.home), "utf8"))
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  const bytesOf = (key: string) => readFile(join(homePaths.objects(world.home), key));

  it("knows the model before it is trained, and says that nothing can answer yet", async () => {
    expect((await ask(url, "GET", `/api/models/${MODEL}`)).body).toMatchObject({ aliases: [] });
    expect(await predict(url)).toMatchObject({ status: 503, body: { error: "UnavailableError" } });
    expect((await ask(url, "GET", `/v2/models/${MODEL}/ready`)).status).toBe(503);
  });

  it("trains, registers and promotes version 1", async () => {
    const ended = await train();

    expect(ended).toMatchObject({ status: "succeeded" });
    expect(await versionsOf(url)).toMatchObject([
      {
        version: 1,
        status: "registered",
        runId: ended.name,
        metrics: { rocAuc: expect.any(Number) },
      },
    ]);
    expect(await runsOf(url)).toMatchObject([
      { runId: ended.name, status: "succeeded", version: 1 },
    ]);
    expect(await championOf(url)).toBe(1);
    expect((await eventsOf(url)).map(({ kind }) => kind)).toEqual([
      "run-ended",
      "alias-moved",
      "version-registered",
      "version-reserved",
      "run-started",
      "definition-deployed",
    ]);
  });

  it("answers the plain route and the protocol's with the same probability", async () => {
    // that there is no champion is believed for two seconds
    const plain = await until("an answer", async () => {
      const answer = await predict(url);
      return answer.status === 200 && answer;
    });
    const infer = await ask<{ outputs: { name: string; data: number[] }[] }>(
      url,
      "POST",
      `/v2/models/${MODEL}/infer`,
      {
        inputs: [
          { name: "date", shape: [1], datatype: "BYTES", data: ["2001-06-03T17:10:00Z"] },
          { name: "origin", shape: [1], datatype: "BYTES", data: ["ORD"] },
          { name: "destination", shape: [1], datatype: "BYTES", data: ["LAX"] },
          { name: "distance", shape: [1], datatype: "FP64", data: [1745] },
        ],
      },
    );

    expect(plain.body).toMatchObject({ model: MODEL, version: 1 });
    expect(infer.status, JSON.stringify(infer.body)).toBe(200);
    const probabilities = infer.body.outputs.find(({ name }) => name === "probabilities");
    expect(probabilities?.data).toContain(plain.body.predictions[0]?.probability);
    await platform.drainPredictions();
    expect(await predictionsInParquet(world)).toEqual(expect.arrayContaining([...idsOf([plain])]));
  });

  it("reports stable on predictions that look like the training data", async () => {
    await predict(url, sample);
    await platform.drainPredictions();

    const { status, output } = await check();

    expect(status).toBe("succeeded");
    expect(output).toMatchObject({ drift: { verdict: "stable", version: 1, predictions: 2_002 } });
    expect((await alerts()).map(({ subject }) => subject)).toEqual([
      `${MODEL}: version 1 is champion`,
    ]);
  });

  it("reports drift, and alerts, when what is asked changes", async () => {
    const shifted = sample.map((row) => ({ ...row, distance: (5 * Number(row.distance)) % 9_000 }));
    await predict(url, shifted);
    await predict(url, shifted);
    await platform.drainPredictions();

    const { output } = await check();

    expect(output).toMatchObject({ drift: { verdict: "drifted", predictions: 6_002 } });
    const { drifted, reportKey } = (output as { drift: { drifted: string[]; reportKey: string } })
      .drift;
    expect(drifted).toContain("distance");
    expect((await alerts()).at(-1)).toMatchObject({ severity: "warning", model: MODEL, reportKey });
    expect(JSON.parse((await bytesOf(reportKey)).toString())).toMatchObject({ verdict: "drifted" });
  });

  it("makes version 2 of the same data the same in every byte that matters", async () => {
    await train();

    const [second, first] = await versionsOf(url);
    expect(second).toMatchObject({ version: 2, status: "registered" });
    expect(second?.datasetDigest).toBe(first?.datasetDigest);
    expect(second?.metrics).toEqual(first?.metrics);
    const graphs = [1, 2].map((version) =>
      bytesOf(`models/${MODEL}/versions/${version}/model.onnx`),
    );
    const [one, two] = await Promise.all(graphs);
    expect(two?.equals(one ?? Buffer.alloc(0))).toBe(true);
    expect(await championOf(url)).toBe(2);
  });

  it("rejects a candidate that learnt from noise, and changes nothing else", async () => {
    const source = join(homePaths.objects(world.home), `sources/${MODEL}/flights.parquet`);
    const shuffled = "* REPLACE ((hash(date, distance, origin) % 60)::INTEGER AS delay)";
    await writeFlights(source, { columns: shuffled });

    const ended = await train();

    expect(ended.status).toBe("succeeded");
    const [rejected] = await versionsOf(url);
    expect(rejected).toMatchObject({ version: 3, status: "rejected" });
    expect(rejected?.reasons.join()).toMatch(/rocAuc/);
    expect((await runsOf(url))[0]).toMatchObject({ status: "rejected", version: 3 });
    expect(await championOf(url)).toBe(2);
    expect((await alerts()).at(-1)).toMatchObject({
      severity: "warning",
      subject: expect.stringMatching(/rejected/),
    });
    expect(
      await ask(url, "PUT", `/api/models/${MODEL}/aliases/champion`, { version: 3, why: "anyway" }),
    ).toMatchObject({ status: 409, body: { error: "ConflictError" } });
    await until("version 2 answers", async () => (await predict(url)).body.version === 2);
    expect(
      (await ask(url, "POST", `/models/${MODEL}/versions/3/predictions`, { instances: [{}] }))
        .status,
    ).toBe(404);
  });
});
