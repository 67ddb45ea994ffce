import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { taskOf } from "../../core/definition/task.ts";
import { measure } from "../../core/evaluation/measure.ts";
import type { PredictionAnswer } from "../../core/inference/prediction-answers.ts";
import type { Metrics } from "../../core/registry/records.ts";
import type { LabelledFrame } from "../../core/training/training-frame.ts";
import { storedDatasets } from "../../engine/evaluation/stored-datasets.ts";
import { type ExampleWorld, trainExample } from "../fixtures/e2e/example-model.ts";
import { ask } from "../fixtures/e2e/http.ts";
import { writeFlights } from "../fixtures/e2e/world.ts";

/** Under load, training takes a while. */
const TRAINING_MS = 120_000;

/** The world of a `describe`: trained before its tests, removed after them. */
function trained(train: () => Promise<ExampleWorld>): () => ExampleWorld {
  let world: ExampleWorld | undefined;
  beforeAll(async () => {
    world = await train();
  }, TRAINING_MS);
  afterAll(() => world?.remove());
  return () => world as ExampleWorld;
}

/** Flights between three hubs: searches of 25 flights, few rows. Without gates, which are for all flights. */
const HUBS = "('ORD', 'LAX', 'DFW')";

function trainOnHubs(model: string): Promise<ExampleWorld> {
  const where = `origin IN ${HUBS} AND destination IN ${HUBS}`;
  return trainExample(model, {
    changed:
      'source: { ...original.source, files: [{ name: "hubs.parquet", from: "hubs.parquet" }] }, gates: {}',
    write: (folder) => writeFlights(join(folder, "hubs.parquet"), { where, rows: 3_000_000 }),
  });
}

const splitsOf = async ({ platform, report }: ExampleWorld) => {
  const dataset = await storedDatasets(platform.store)(report.model, report.datasetDigest);
  return { train: await dataset.split("train", []), test: await dataset.split("test", []) };
};

/** What the test split would be told by predictions that are made of a row's place in it. */
function metricsOf(
  { platform }: ExampleWorld,
  test: LabelledFrame,
  told: (row: number) => readonly number[],
): Metrics {
  const [definition] = platform.definitions;
  if (!definition) throw new Error("there is no definition");
  const predictions = Float64Array.from(
    Array.from({ length: test.rows }, (_, row) => told(row)).flat(),
  );
  return measure(taskOf(definition.target), { ...test, predictions, threshold: 0.5 });
}

async function answersOf(
  { platform, report }: ExampleWorld,
  instances: readonly object[],
): Promise<readonly (PredictionAnswer & { readonly predictionId: string })[]> {
  const path = `/models/${report.model}/predictions`;
  const { status, body } = await ask(platform.url, "POST", path, { instances });
  expect(status, JSON.stringify(body)).toBe(200);
  return (body as { predictions: (PredictionAnswer & { predictionId: string })[] }).predictions;
}

const flightAt = (time: string) => ({
  ...{ date: `2001-06-04T${time}:00Z`, origin: "ORD", destination: "LAX", distance: 1745 },
});

describe("the flight-delay-minutes example", () => {
  const worldOf = trained(() => trainOnHubs("flight-delay-minutes"));

  it("tells minutes and quantiles better than what has always been", async () => {
    const world = worldOf();
    const { train, test } = await splitsOf(world);
    const sorted = Float64Array.from(train.labels).sort();
    const mean = sorted.reduce((sum, minutes) => sum + minutes, 0) / sorted.length;
    const quantiles = [0.1, 0.5, 0.9].map((q) => sorted[Math.floor(q * sorted.length)] as number);

    const trivial = metricsOf(world, test, () => [mean, ...quantiles]);

    const { metrics, quantiles: covered = [] } = world.report;
    expect(metrics.rmse).toBeLessThan(0.97 * (trivial.rmse as number));
    expect(metrics.pinballLoss).toBeLessThan(0.98 * (trivial.pinballLoss as number));
    expect(covered.map(({ quantile }) => quantile)).toEqual([0.1, 0.5, 0.9]);
    for (const { quantile, coverage } of covered) {
      expect(Math.abs(coverage - quantile), `quantile ${quantile}`).toBeLessThan(0.06);
    }
  });

  it("answers with quantiles in their order, later in the day more of them", async () => {
    const world = worldOf();

    const [morning, evening] = (await answersOf(world, [flightAt("07:10"), flightAt("19:10")])).map(
      (answer) => ("quantiles" in answer && answer.quantiles ? answer.quantiles : {}),
    );

    for (const quantiles of [morning, evening]) {
      expect(Object.keys(quantiles ?? {}).sort()).toEqual(["0.1", "0.5", "0.9"]);
      expect(quantiles?.["0.1"]).toBeLessThan(quantiles?.["0.5"] as number);
      expect(quantiles?.["0.5"]).toBeLessThan(quantiles?.["0.9"] as number);
    }
    expect(evening?.["0.9"]).toBeGreaterThan(morning?.["0.9"] as number);
  });
});

describe("the flight-search example", () => {
  const worldOf = trained(() => trainOnHubs("flight-search"));

  it("orders the flights of a search better than the clock does", async () => {
    const world = worldOf();
    const { test } = await splitsOf(world);
    const hour = test.columns.find(({ name }) => name === "hour");
    if (hour?.kind !== "number") throw new Error("there is no hour");

    const early = metricsOf(world, test, (row) => [-(hour.values[row] as number)]);
    const chance = metricsOf(world, test, () => [0]);

    const { ndcgAt5 = 0 } = world.report.metrics;
    expect(ndcgAt5).toBeGreaterThan((early.ndcgAt5 as number) + 0.002);
    expect(ndcgAt5).toBeGreaterThan((chance.ndcgAt5 as number) + 0.05);
    expect(test.columns.map(({ name }) => name)).not.toContain("search");
  });

  it("answers the rows of one search with a score for each", async () => {
    const world = worldOf();

    const answers = await answersOf(world, [flightAt("07:10"), flightAt("19:10")]);

    const [early, late] = answers.map((answer) => ("score" in answer ? answer.score : Number.NaN));
    expect(answers).toHaveLength(2);
    expect(early).toBeGreaterThan(late as number);
  });
});

describe("the weather example", () => {
  const worldOf = trained(() => trainExample("weather"));
  const day = { location: "Seattle", date: "2015-12-09T00:00:00Z", wind: 3 };
  const wet = { ...day, precipitation: 13.5, temp_max: 12.2, temp_min: 7.8 };
  const snowy = { ...wet, temp_max: 0.5, temp_min: -4 };
  const dry = {
    ...day,
    date: "2015-07-09T00:00:00Z",
    precipitation: 0,
    temp_max: 30,
    temp_min: 15,
  };

  it("tells the kinds of weather apart better than their shares do", async () => {
    const world = worldOf();
    const { train, test } = await splitsOf(world);
    const shares = [0, 1, 2, 3, 4].map(
      (kind) => train.labels.filter((label: number) => label === kind).length / train.rows,
    );

    const trivial = metricsOf(world, test, () => shares);

    const { metrics, passed, reasons } = world.report;
    expect(passed, reasons.join()).toBe(true);
    expect(metrics.logLoss).toBeLessThan(0.6 * (trivial.logLoss as number));
    expect(metrics.accuracy).toBeGreaterThan((trivial.accuracy as number) + 0.25);
    expect(world.report.classes?.classes.map((kind) => kind.class)).toEqual([
      "drizzle",
      "fog",
      "rain",
      "snow",
      "sun",
    ]);
  });

  it("answers with a kind and how probable each is", async () => {
    const answers = await answersOf(worldOf(), [wet, snowy, dry]);

    expect(answers.map((answer) => ("label" in answer ? answer.label : ""))).toEqual([
      "rain",
      "snow",
      "sun",
    ]);
    for (const answer of answers) {
      if (!("probabilities" in answer)) throw new Error("there are no probabilities");
      const each = Object.values(answer.probabilities);
      expect(each.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 5);
      expect(answer.probability).toBe(Math.max(...each));
    }
  });

  it("answers the protocol with classes as text and a probability for each", async () => {
    const { platform } = worldOf();
    const tensor = (name: string, datatype: string, data: readonly unknown[]) => ({
      ...{ name, shape: [data.length], datatype, data },
    });
    const inputs = Object.entries(wet).map(([name, value]) =>
      tensor(name, typeof value === "string" ? "BYTES" : "FP64", [value]),
    );

    const { status, body } = await ask(platform.url, "POST", "/v2/models/weather/infer", {
      inputs,
    });

    expect(status, JSON.stringify(body)).toBe(200);
    expect((body as { outputs: unknown }).outputs).toMatchObject([
      { name: "label", datatype: "BYTES", shape: [1], data: ["rain"] },
      { name: "probabilities", datatype: "FP32", shape: [1, 5] },
    ]);
  });
});
