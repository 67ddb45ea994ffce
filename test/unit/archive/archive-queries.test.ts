import { copyFile, cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type ArchiveQuery,
  COMMON_QUERIES,
  modelQueries,
} from "../../../core/archive/archive-queries.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";
import { ask, FLIGHTS, LOANS, logPredictions, predictionOf } from "./archive-world.ts";

const loan = (amount: number) =>
  predictionOf({
    model: "loans",
    predictionId: `loan-${amount}`,
    features: { amount },
    score: 0.9,
    label: 1,
  });

async function archive(): Promise<string> {
  const folder = temporaryFolder();
  await logPredictions(folder, [
    // 1 March: version 1 three times, version 2 once
    predictionOf({ predictionId: "a", score: 0, requestId: "r1", latencyMs: 2 }),
    predictionOf({ predictionId: "b", score: 0.5, label: 1, requestId: "r1", latencyMs: 2 }),
    predictionOf({
      predictionId: "c",
      time: "2026-03-01T23:59:59.999Z",
      score: 0.25,
      requestId: "r2",
      latencyMs: 80,
      traceId: "1-abc",
      features: { Origin: "LAX", distance: null },
    }),
    predictionOf({
      predictionId: "d",
      version: 2,
      alias: "challenger",
      score: 1,
      label: 1,
      requestId: "r3",
    }),
    // 2 March: version 1 only, from nowhere
    predictionOf({
      predictionId: "e",
      time: "2026-03-02T00:00:00.000Z",
      score: 0.75,
      label: 1,
      requestId: "r4",
      features: { Origin: null, distance: 5 },
    }),
    // 1 April: both
    predictionOf({
      predictionId: "f",
      time: "2026-04-01T05:00:00.000Z",
      score: 0.19,
      requestId: "r5",
    }),
    predictionOf({
      predictionId: "g",
      time: "2026-04-01T05:00:00.000Z",
      version: 2,
      score: 0.2,
      requestId: "r6",
    }),
    loan(1),
    loan(2),
  ]);
  return folder;
}

/** Predictions of a model of several classes. */
async function classified(): Promise<string> {
  const folder = temporaryFolder();
  const of = (predictionId: string, predictedClass: string, score: number, Origin: string) =>
    predictionOf({
      ...{ predictionId, predictedClass, score, label: undefined },
      features: { Origin, distance: 1 },
    });
  await logPredictions(folder, [
    of("a", "late", 0.5, "ORD"),
    of("b", "late", 1, "ORD"),
    of("c", "early", 0.75, "LAX"),
    loan(1),
  ]);
  return folder;
}

const common = (name: string) =>
  COMMON_QUERIES.find((query) => query.name === name) as ArchiveQuery;
const ofFlights = (name: string) =>
  modelQueries(FLIGHTS).find((query) => query.name === `flight-delay-${name}`) as ArchiveQuery;
const MARCH = ["2026-03-01", "2026-03-31"];
const EVER = ["2026-01-01", "2026-12-31"];

describe("questions over logged predictions", () => {
  it("count predictions a day by version and alias, of the model and days that are asked for", async () => {
    const rows = await ask(await archive(), common("predictions-a-day"), [
      "flight-delay",
      ...MARCH,
    ]);

    const by = { alias: "champion", version: 1 };
    expect(rows).toEqual([
      // (0 + 0.5 + 0.25) / 3, and one of three late
      { date: "2026-03-01", ...by, predictions: 3n, mean_score: 0.25, share_of_class_1: 1 / 3 },
      {
        date: "2026-03-01",
        alias: "challenger",
        version: 2,
        predictions: 1n,
        mean_score: 1,
        share_of_class_1: 1,
      },
      { date: "2026-03-02", ...by, predictions: 1n, mean_score: 0.75, share_of_class_1: 1 },
    ]);
  });

  it("count a prediction that was sampled for those that it stands for, once", async () => {
    const folder = temporaryFolder();
    const quarter = predictionOf({ predictionId: "s", score: 1, label: 1, sampleRate: 0.25 });
    const whole = predictionOf({ predictionId: "w", score: 0, label: 0 });
    await logPredictions(folder, [quarter, whole, quarter, loan(1)]);

    const [day] = await ask(folder, common("predictions-a-day"), ["flight-delay", ...MARCH]);
    // (4 * 1 + 1 * 0) / 5
    expect(day).toMatchObject({ predictions: 5n, mean_score: 0.8, share_of_class_1: 0.8 });
    const [origin] = modelQueries(FLIGHTS).filter(({ name }) => name.endsWith("-by-category"));
    const rows = await ask(folder, origin as ArchiveQuery, MARCH);
    expect(rows).toMatchObject([{ predictions: 5n, mean_score: 0.8 }]);
  });

  it("spread scores over tenths by month and version, 1 in the last", async () => {
    const rows = await ask(await archive(), common("scores-by-month"), ["flight-delay", ...EVER]);

    expect(
      rows.map(({ month, version, tenth, predictions }) => [month, version, tenth, predictions]),
    ).toEqual([
      ["2026-03", 1, 0, 1n],
      ["2026-03", 1, 2, 1n],
      ["2026-03", 1, 5, 1n],
      ["2026-03", 1, 7, 1n],
      ["2026-03", 2, 9, 1n],
      ["2026-04", 1, 1, 1n],
      ["2026-04", 2, 2, 1n],
    ]);
  });

  it("find the slowest requests with the ids that their log lines have", async () => {
    const rows = await ask(await archive(), common("slowest-requests"), ["flight-delay", ...MARCH]);

    expect(rows).toEqual([
      {
        requestid: "r2",
        traceid: "1-abc",
        first_time: new Date("2026-03-01T23:59:59.999Z"),
        latency_ms: 80,
        predictions: 1n,
      },
      expect.objectContaining({ requestid: "r3", traceid: null, latency_ms: 3 }),
      expect.objectContaining({ requestid: "r4", latency_ms: 3 }),
      expect.objectContaining({ requestid: "r1", latency_ms: 2, predictions: 2n }),
    ]);
  });

  it("compare two versions over the days on which both predicted", async () => {
    const rows = await ask(await archive(), common("two-versions"), [
      "flight-delay",
      ...EVER,
      2,
      1,
    ]);

    expect(rows).toMatchObject([
      {
        version: 1,
        predictions: 4n,
        first_day: "2026-03-01",
        last_day: "2026-04-01",
        // (0 + 0.5 + 0.25 + 0.19) / 4; 2 March is left out
        mean_score: expect.closeTo(0.235, 12),
        share_of_class_1: 0.25,
        // (2 + 2 + 80 + 3) / 4
        mean_latency_ms: 21.75,
      },
      { version: 2, predictions: 2n, mean_score: 0.6, share_of_class_1: 0.5, mean_latency_ms: 3 },
    ]);
    // sqrt(((1 - 0.6)^2 + (0.2 - 0.6)^2) / 1)
    expect(rows[1]?.deviation_of_score).toBeCloseTo(Math.SQRT2 * 0.4, 12);
  });

  it("show one prediction with what the model saw", async () => {
    const rows = await ask(await archive(), ofFlights("one-prediction"), ["c", "2026-03-01"]);

    expect(rows).toEqual([
      {
        predictionid: "c",
        time: new Date("2026-03-01T23:59:59.999Z"),
        model: "flight-delay",
        version: 1,
        alias: "champion",
        requestid: "r2",
        traceid: "1-abc",
        score: 0.25,
        label: 0,
        predictedclass: null,
        latencyms: 80,
        route: null,
        insteadof: null,
        rule: null,
        caller: null,
        samplerate: null,
        fallbacks: null,
        feature_origin: "LAX",
        feature_distance: null,
        date: "2026-03-01",
        hour: "23",
      },
    ]);
  });

  it("share classes out by each value of a category, missing ones too", async () => {
    const rows = await ask(await archive(), ofFlights("classes-by-category"), MARCH);

    const of = { input: "Origin", predictedclass: null };
    expect(rows).toEqual([
      // 0, 0.5 and 1; two of three late
      { ...of, value: "ORD", predictions: 3n, mean_score: 0.5, share_of_class_1: 2 / 3 },
      { ...of, value: "LAX", predictions: 1n, mean_score: 0.25, share_of_class_1: 0 },
      { ...of, value: null, predictions: 1n, mean_score: 0.75, share_of_class_1: 1 },
    ]);
  });

  it("count several classes a day, and by each value of a category", async () => {
    const folder = await classified();

    const days = await ask(folder, common("classes-a-day"), ["flight-delay", ...MARCH]);
    const values = await ask(folder, ofFlights("classes-by-category"), MARCH);

    const of = { date: "2026-03-01", version: 1 };
    expect(days).toEqual([
      // 0.5 and 1
      { ...of, predictedclass: "late", predictions: 2n, mean_probability: 0.75 },
      { ...of, predictedclass: "early", predictions: 1n, mean_probability: 0.75 },
    ]);
    expect(values).toEqual([
      {
        ...{ input: "Origin", value: "ORD", predictedclass: "late", predictions: 2n },
        ...{ mean_score: 0.75, share_of_class_1: null },
      },
      {
        ...{ input: "Origin", value: "LAX", predictedclass: "early", predictions: 1n },
        ...{ mean_score: 0.75, share_of_class_1: null },
      },
    ]);
  });

  it("put no numbers into tenths, but tell how they are spread", async () => {
    const folder = temporaryFolder();
    const number = (score: number) =>
      predictionOf({ predictionId: `p${score}`, score, label: undefined });
    await logPredictions(folder, [number(-5), number(7), number(40), loan(1)]);

    const tenths = await ask(folder, common("scores-by-month"), ["flight-delay", ...EVER]);
    const numbers = await ask(folder, common("numbers-by-month"), ["flight-delay", ...EVER]);

    expect(tenths).toEqual([]);
    expect(numbers).toEqual([
      {
        ...{ month: "2026-03", version: 1, predictions: 3n, mean_score: 14 },
        ...{ least_score: -5, largest_score: 40 },
        // sqrt((19^2 + 7^2 + 26^2) / 2)
        deviation_of_score: expect.closeTo(Math.sqrt(543), 10),
      },
    ]);
  });

  it("put probabilities of several classes into tenths", async () => {
    const rows = await ask(await classified(), common("scores-by-month"), [
      "flight-delay",
      ...EVER,
    ]);

    expect(rows.map(({ tenth, predictions }) => [tenth, predictions])).toEqual([
      [5, 1n],
      [7, 1n],
      [9, 1n],
    ]);
  });

  it("are asked of models without a category too, but for their values", () => {
    expect(modelQueries(LOANS).map(({ name }) => name)).toEqual(["loans-one-prediction"]);
  });

  it.each([...COMMON_QUERIES, ...modelQueries(FLIGHTS)])(
    "count a prediction once that lies in two files: $name",
    async ({ name, sql, parameters }) => {
      const folder = await (name === "classes-a-day" ? classified() : archive());
      const of = {
        model: "flight-delay",
        "prediction id": "c",
        "day of the prediction": "2026-03-01",
      };
      const days = { "first day": "2026-01-01", "last day": "2026-12-31" };
      const given = { ...of, ...days, version: 1, "other version": 2 };
      const values = parameters.map((name) => given[name as keyof typeof given]);
      const expected = await ask(folder, { sql }, values);

      await cp(join(folder, "predictions"), join(folder, "again"), { recursive: true });
      for (const file of await readdir(join(folder, "again"), { recursive: true })) {
        if (!file.endsWith(".parquet")) continue;
        const copy = join(folder, "predictions", file.replace(".parquet", "-again.parquet"));
        await copyFile(join(folder, "again", file), copy);
      }

      expect(expected.length).toBeGreaterThan(0);
      expect(await ask(folder, { sql }, values)).toEqual(expected);
    },
  );

  it("say what every placeholder stands for", () => {
    for (const { name, sql, parameters } of [...COMMON_QUERIES, ...modelQueries(FLIGHTS)]) {
      expect(sql.split("?").length - 1, name).toBe(parameters.length);
    }
  });
});
