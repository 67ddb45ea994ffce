import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PredictedFile } from "../../../core/batch/stored.ts";
import { NotFoundError } from "../../../core/errors.ts";
import { batchFiles } from "../../../core/storage-keys.ts";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { CODE, MODEL, servingWorld } from "../../fixtures/serving-world.ts";
import { sql } from "../dataset/dataset-home.ts";
import { ASKED, batchWorld, batchWorldOf, FOLDER } from "./batch-world.ts";

type World = Awaited<ReturnType<typeof batchWorld>>;

/** What the endpoint answers to the rows of a query: score and label of each. */
async function askedOneByOne({ serving }: World, query: string) {
  const rows = await sql(
    `SELECT strftime(date, '%Y-%m-%dT%H:%M:%SZ'), distance, origin, destination FROM (${query})`,
  );
  const predict = makeHandler(serving.deps);
  const answers: (readonly [number, number])[] = [];
  for (const [date, distance, origin, destination] of rows) {
    const instances = [{ date, distance, origin, destination }];
    const { body } = await predict(
      httpEvent("POST", `/models/${MODEL}/predictions`, { instances }),
    );
    const [{ probability, label }] = JSON.parse(String(body)).predictions;
    answers.push([probability, label]);
  }
  return answers;
}

describe("the scores of a file", () => {
  it("are those that the endpoint answers for the same rows, to the bit", async () => {
    const world = await batchWorld();
    await world.putRows("a.parquet");

    const report = await world.predict("a.parquet");

    expect(report).toMatchObject({ rows: 400, scored: 400, rejected: 0, version: 1 });
    const rows = await world.output("a.parquet");
    const answers = await askedOneByOne(world, ASKED);
    expect(rows).toEqual(answers.map(([score, label], row) => [BigInt(row), score, label, 1]));
    expect(new Set(answers.map(([score]) => score)).size).toBeGreaterThan(300);
    expect(new Set(answers.map(([, label]) => label))).toEqual(new Set([0, 1]));
  });

  it("are the same of csv and of Parquet, over more rows than one call of the graph takes", async () => {
    const world = await batchWorld();
    const many = `SELECT date + (k * INTERVAL 1 DAY) AS date, distance, origin, destination
      FROM (${ASKED}) CROSS JOIN range(50) days(k) ORDER BY k, ticket`;
    await world.putRows("a.parquet", many);
    await world.putRows("a.csv", many);

    await world.predict("a.parquet");
    await world.predict("a.csv");

    const rows = await world.output("a.parquet");
    expect(rows).toHaveLength(20_000);
    // equal inputs are scored once: what is spread over the rows is each row's own
    expect(rows.slice(0, 400).map(([, score, label]) => [score, label])).toEqual(
      await askedOneByOne(world, ASKED),
    );
    expect(await world.output("a.csv")).toEqual(rows);
  });

  it("fails to equal those of another version", async () => {
    const world = await batchWorld({ bias: 0 }, { bias: 0.5 });
    await world.putRows("a.parquet");
    await world.predict("a.parquet", { version: 2 });

    const [first] = await world.output("a.parquet");
    const [asked] = await askedOneByOne(world, ASKED);
    expect(first?.[1]).toBeGreaterThan(asked?.[0] ?? 1);
    expect(first?.[3]).toBe(2);
  });
});

describe("a row that is broken", () => {
  const GOOD = "2001-06-01T00:10:00Z,100,ORD,SFO";
  const csv = (...lines: readonly string[]) =>
    ["date,distance,origin,destination", ...lines, ""].join("\n");

  it.each([
    ["no timestamp", "noon,100,ORD,SFO", "date: not a timestamp"],
    ["no number", "2001-06-01T00:10:00Z,far,ORD,SFO", "distance: not a number"],
    ["below its field's minimum", "2001-06-01T00:10:00Z,-1,ORD,SFO", "distance: below 0"],
    ["above its maximum", "2001-06-01T00:10:00Z,10001,ORD,SFO", "distance: above 10000"],
    ["not finite", "2001-06-01T00:10:00Z,inf,ORD,SFO", "distance: not finite"],
    ["longer than allowed", "2001-06-01T00:10:00Z,1,KORDX,SFO", "origin: longer than 4"],
    ["wrong twice", "noon,-1,ORD,SFO", "date: not a timestamp; distance: below 0"],
  ])("is rejected with its reason: %s", async (_what, line, reason) => {
    const world = await batchWorld();
    await world.put("a.csv", csv(GOOD, line, GOOD));

    expect(await world.predict("a.csv")).toMatchObject({ rows: 3, scored: 2, rejected: 1 });
    expect(await world.output("a.csv", "SELECT row FROM result")).toEqual([[0n], [2n]]);
    const raw = line.split(",");
    const broken = "SELECT __row, date, distance, origin, destination, __reason FROM result";
    expect(await world.rejected("a.csv", broken)).toEqual([[1n, ...raw, reason]]);
  });

  it("is told by its text where a line is no row at all", async () => {
    const world = await batchWorld();
    await world.put("a.csv", csv(GOOD, "2001-06-01T00:10:00Z,100", GOOD));

    expect(await world.predict("a.csv")).toMatchObject({ rows: 3, scored: 2, rejected: 1 });
    expect(await world.rejected("a.csv", "SELECT __row, __line, __reason FROM result")).toEqual([
      [null, "2001-06-01T00:10:00Z,100", "line: missing columns"],
    ]);
  });

  it("is one whose row feature fails, by the version's own code", async () => {
    const code = [
      "export const hour = ({ date }) => { if (new Date(date).getUTCHours() === 3) throw new Error('no three'); return 1; };",
      "export const weekday = () => 1;",
    ].join("\n");
    const world = await batchWorld({ code });
    await world.put("a.csv", csv(GOOD, "2001-06-01T03:00:00Z,100,ORD,SFO"));

    expect(await world.predict("a.csv")).toMatchObject({ scored: 1, rejected: 1 });
    expect(await world.rejected("a.csv", "SELECT __row, __reason FROM result")).toEqual([
      [1n, expect.stringContaining("hour: threw Error: no three")],
    ]);
  });
});

describe("a file", () => {
  it("may have no rows", async () => {
    const world = await batchWorld();
    await world.putRows("none.parquet", `${ASKED} WHERE false`);
    await world.put("none.csv", "date,distance,origin,destination\n");

    for (const file of ["none.parquet", "none.csv"]) {
      expect(await world.predict(file)).toMatchObject({ rows: 0, scored: 0, rejected: 0 });
      expect(await world.output(file)).toEqual([]);
    }
  });

  it("may have columns that the model does not know", async () => {
    const world = await batchWorld();
    await world.putRows("a.parquet", `SELECT *, 'x' AS more, ticket AS delay FROM (${ASKED})`);

    expect(await world.predict("a.parquet")).toMatchObject({ scored: 400 });
  });

  it.each([
    ["is empty", "a.csv", "", /^input file a\.csv is empty \(0 bytes\)/],
    [
      "is no Parquet",
      "a.parquet",
      "PAR0 and more that is none",
      /^input file a\.parquet cannot be read: /,
    ],
    [
      "lacks columns",
      "a.csv",
      "date,origin\n",
      /column distance is missing; column destination is missing/,
    ],
    [
      "has another format",
      "a.json",
      "{}",
      /^input file a\.json is none of \.parquet, \.csv and \.jsonl/,
    ],
  ])("that %s is a finding that names it", async (_what, file, text, message) => {
    const world = await batchWorld();
    await world.put(file, text);

    expect(await world.predict(file)).toEqual({
      file,
      error: { name: "DataContractError", message: expect.stringMatching(message) },
    });
    expect(await world.store.head(`${FOLDER}/${batchFiles.output(file)}`)).toBeUndefined();
  });

  it("fails, and is no finding, where the version is not there", async () => {
    const world = await batchWorld();
    await world.putRows("a.parquet");

    await expect(world.predict("a.parquet", { version: 9 })).rejects.toThrow(NotFoundError);
  });
});

describe("a file that is predicted again", () => {
  const done = `${FOLDER}/${batchFiles.done}a.parquet.json`;

  it("is found and not read", async () => {
    const world = await batchWorld();
    await world.putRows("a.parquet");
    const first = await world.predict("a.parquet");

    expect(await world.predict("a.parquet")).toEqual(first);
    expect(world.loads()).toBe(1);
  });

  it("comes out in the same bytes when a child was lost before its report", async () => {
    const world = await batchWorld();
    await world.putRows("a.parquet", `${ASKED} UNION ALL SELECT 1, NULL, -1, 'a', 'b'`);
    await world.predict("a.parquet");
    const [output, rejected] = [batchFiles.output("a.parquet"), batchFiles.rejected("a.parquet")];
    const bytes = async () =>
      Promise.all([output, rejected].map((name) => world.store.get(`${FOLDER}/${name}`)));
    const before = await bytes();
    await world.store.remove([done]);

    expect(await world.predict("a.parquet")).toMatchObject({ scored: 400, rejected: 1 });
    expect(world.loads()).toBe(2);
    expect(await bytes()).toEqual(before);
  });

  it("is told from another one of the same size, by its bytes", async () => {
    const world = await batchWorld();
    const head = "date,distance,origin,destination\n2001-06-01T00:10:00Z,100,ORD,";
    await world.put("a.csv", `${head}SFO\n`);
    const first = await world.predict("a.csv");
    await world.replace("a.csv", `${head}DEN\n`);

    expect(await world.predict("a.csv")).toMatchObject({
      error: {
        name: "ConflictError",
        message: expect.stringContaining("others of the same number"),
      },
    });
    await world.replace("a.csv", `${head}SFO\n`);
    expect(await world.predict("a.csv")).toEqual(first);
    expect(world.loads()).toBe(1);
  });

  it("is taken by its size where its report is of a time before bytes were compared", async () => {
    const world = await batchWorld();
    await world.put("a.csv", "date,distance,origin,destination\n");
    const { etag: _, ...old } = (await world.predict("a.csv")) as PredictedFile;
    await world.store.remove([`${FOLDER}/${batchFiles.done}a.csv.json`]);
    await world.store.put(`${FOLDER}/${batchFiles.done}a.csv.json`, JSON.stringify(old));

    expect(await world.predict("a.csv")).toEqual(old);
  });

  it("that is gone is a finding", async () => {
    const world = await batchWorld();

    expect(await world.predict("a.csv")).toEqual({
      file: "a.csv",
      error: { name: "NotFoundError", message: "input file a.csv is not there any more" },
    });
  });

  it("fails to be another file: that is a finding", async () => {
    const world = await batchWorld();
    await world.put("a.csv", "date,distance,origin,destination\n");
    await world.predict("a.csv");
    await world.replace("a.csv", "date,distance,origin,destination,more\n");

    expect(await world.predict("a.csv")).toMatchObject({
      error: {
        name: "ConflictError",
        message: expect.stringContaining("33 bytes, and has 38 now"),
      },
    });
  });
});

const ROUTINES = `
const pre = ({ origin, distance, date }) => ({
  origin: origin === "ATL" ? "JFK" : origin,
  distance: Math.min(distance, 777.7),
  date: distance > 1000 ? new Date(date).setUTCHours(3) : date,
});
const post = (answer, { origin, distance }) =>
  origin === "LAX" && distance < 500
    ? { ...answer, label: 0, probability: 0, rule: "short-from-lax" }
    : { ...answer, probability: Math.round(answer.probability * 1000) / 1000, miles: distance };
export { pre as __routine_preprocess, post as __routine_postprocess };`;

describe("the routines of a model", () => {
  it("make the same of a file as of requests", async () => {
    const serving = servingWorld({}, ["preprocess", "postprocess"], `${CODE}\n${ROUTINES}`);
    serving.promote(serving.publish({ weights: { distance: 0.0007, hour: 0.05 }, bias: -0.6 }));
    const world = await batchWorldOf(serving);
    await world.putRows("a.parquet");
    await world.putRows("a.csv");

    await world.predict("a.parquet");
    await world.predict("a.csv");

    const told = "SELECT answer, rule FROM result ORDER BY row";
    const rows = await world.output("a.parquet", told);
    const asked = await sql(
      `SELECT strftime(date, '%Y-%m-%dT%H:%M:%SZ'), distance, origin, destination FROM (${ASKED})`,
    );
    const instances = asked.map(([date, distance, origin, destination]) => ({
      ...{ date, distance, origin, destination },
    }));
    const { body } = await makeHandler(serving.deps)(
      httpEvent("POST", `/models/${MODEL}/predictions`, { instances }),
    );
    const answers = JSON.parse(String(body)).predictions.map(
      ({ predictionId: _, ...answer }: { predictionId: string; rule?: string }) => [
        JSON.stringify(answer),
        answer.rule ?? null,
      ],
    );
    expect(rows).toEqual(answers);
    expect(await world.output("a.csv", told)).toEqual(rows);
    expect(new Set(rows.map(([, rule]) => rule))).toEqual(new Set([null, "short-from-lax"]));
    const ruled = "SELECT DISTINCT score, label FROM result WHERE rule = 'short-from-lax'";
    expect(await world.output("a.parquet", ruled)).toEqual([[0, 0]]);
  });
});

describe("a file of anything", () => {
  const cell = fc.oneof(
    fc.constantFrom("2001-06-01T00:10:00Z", "100", "ORD", "", "NaN", "1e999", '"', "é", "\u0000"),
    fc.string({ maxLength: 6 }),
  );
  const line = fc.array(cell, { minLength: 1, maxLength: 6 }).map((cells) => cells.join(","));

  it("gives every row that it has a result or a rejection, never both", async () => {
    const world = await batchWorld();
    let files = 0;
    let used = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 5 }), async (lines) => {
        const file = `f${files++}.csv`;
        const good = "2001-06-01T00:10:00Z,100,ORD,SFO";
        const text = ["date,distance,origin,destination", ...lines, good, ""].join("\n");
        await world.put(file, text);
        const report = await world.predict(file);
        if ("error" in report) {
          expect(report.error.name).toBe("DataContractError");
          return;
        }
        used += 1;
        const { rows, scored, rejected } = report;
        expect(scored + rejected).toBe(rows);
        const results = (await world.output(file, "SELECT row FROM result")).map(String);
        const broken =
          rejected === 0 ? [] : await world.rejected(file, "SELECT __row, __reason FROM result");
        const places = broken.flatMap(([row]) => (row === null ? [] : [String(row)]));
        expect(results).toHaveLength(scored);
        expect(broken).toHaveLength(rejected);
        expect(new Set([...results, ...places]).size).toBe(results.length + places.length);
        expect(broken.every(([, reason]) => String(reason).length > 0)).toBe(true);
      }),
      { numRuns: 25 },
    );
    expect(used).toBeGreaterThan(10);
  });
});
