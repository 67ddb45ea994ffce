import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ModelDefinition } from "../../../core/definition/model-definition.ts";
import { InvalidInputError, UnavailableError } from "../../../core/errors.ts";
import type { ObjectStore } from "../../../core/ports/object-store.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { sourceStager } from "../../../engine/dataset/stage-source.ts";
import {
  csvSource,
  type DatasetHome,
  datasetHome,
  definitionWith,
  FLIGHTS,
  fieldsWith,
  parquetSource,
  sql,
} from "./dataset-home.ts";

/** Every 41st of the flights breaks a rule, one of three. */
const BROKEN_FLIGHTS = `SELECT * REPLACE (
    CASE WHEN number % 123 = 0 THEN -1 ELSE distance END AS distance,
    CASE WHEN number % 123 = 41 THEN NULL ELSE origin END AS origin,
    CASE WHEN number % 123 = 82 THEN 'FAR AWAY' ELSE destination END AS destination)
  FROM (SELECT *, row_number() OVER () AS number FROM (${FLIGHTS}))`;
const OPEN_GATE = { gates: { maxQuarantineShare: 0.5 } } satisfies Partial<ModelDefinition>;

/** The flights in files by the remainder of a number, some of them empty. */
async function inFiles(home: DatasetHome, fileOf: readonly number[], format: "parquet" | "csv") {
  const names = fileOf.map((_, i) => `part/${i}.${format}`);
  for (const [i, name] of names.entries()) {
    const groups = fileOf.flatMap((file, group) => (file === i ? [group] : []));
    const mine = groups.length === 0 ? "false" : `number % ${fileOf.length} IN (${groups})`;
    await home.source(
      `SELECT * EXCLUDE (number) FROM (${BROKEN_FLIGHTS}) WHERE ${mine} ORDER BY hash(number)`,
      name,
    );
  }
  const source = format === "csv" ? csvSource(...names) : parquetSource(...names);
  return definitionWith({ ...OPEN_GATE, source });
}

const ALL_QUARANTINED = "SELECT * FROM quarantine ORDER BY ALL";

describe("a dataset prepared file by file", () => {
  it("is the one that a single function prepares, with its counts and broken rows", async () => {
    const home = await datasetHome();
    const loaded = await inFiles(home, [0, 1, 2], "parquet");
    const alone = await home.prepare(loaded);
    const brokenAlone = await home.quarantine(ALL_QUARANTINED);

    const joined = await home.prepareStaged(loaded, { runId: "run-2" });

    expect(joined).toMatchObject({ ...alone, reused: true, quality: {} });
    // Of 720, 744, 720 and 216 rows, those that are multiples of 41 are left out: 17, 18, 18 and 5.
    expect(alone.rows).toEqual({
      read: 2_400,
      train: 703,
      validation: 726,
      test: 702,
      outside: 211,
      quarantined: 58,
    });
    expect(await home.quarantine(ALL_QUARANTINED, "run-2")).toEqual(brokenAlone);
  });

  it("is the same however the rows lie in files, in either format", async () => {
    const expected = await (async () => {
      const home = await datasetHome();
      return (await home.prepare(await inFiles(home, [0], "parquet"))).datasetDigest;
    })();
    const fileOf = fc
      .integer({ min: 1, max: 6 })
      .chain((files) =>
        fc.array(fc.nat({ max: files - 1 }), { minLength: files, maxLength: files }),
      );

    await fc.assert(
      fc.asyncProperty(fileOf, fc.constantFrom("parquet", "csv"), async (files, format) => {
        const home = await datasetHome();
        const { datasetDigest, rows } = await home.prepareStaged(
          await inFiles(home, files, format),
        );
        expect(datasetDigest).toBe(expected);
        expect(rows).toMatchObject({ read: 2_400, quarantined: 58, outside: 211 });
      }),
      { numRuns: 6 },
    );
  }, 60_000);

  it.each([
    ["sketched in the shards", {}],
    ["made on combining, where rows are taken out there", { sampling: { share: 0.5, seed: 1 } }],
  ] satisfies [string, Partial<ModelDefinition>][])(
    "has statistics %s: the same",
    async (_, part) => {
      const found: unknown[] = [];
      for (const staged of [false, true]) {
        const home = await datasetHome();
        await inFiles(home, [0, 1, 0, 2], "parquet");
        const source = parquetSource("part/0.parquet", "part/1.parquet", "part/2.parquet");
        const loaded = definitionWith({ ...OPEN_GATE, ...part, source });
        await home.planApart(loaded, "run-1");
        const { datasetDigest } = await (staged
          ? home.prepareStaged(loaded)
          : home.prepare(loaded));
        const key = storageKeys.datasetStatistics("flight-delay", datasetDigest);
        found.push(JSON.parse(new TextDecoder().decode(await home.store.get(key))));
      }

      expect(found[1]).toEqual(found[0]);
      expect(found[0]).toMatchObject({ train: { distance: { kind: "number" }, late: {} } });
    },
  );

  it("takes the statistics of numbers from the shards", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);
    const loaded = definitionWith();
    const [shard] = await home.stage(loaded);
    const key = (await home.keys("staged/")).find((name) => name.includes("sketches")) as string;
    const sketches = JSON.parse(new TextDecoder().decode(await home.store.get(key)));
    sketches.train.distance.moments.max = 12_345;
    const bytes = JSON.stringify(sketches);
    const report = "staged/flight-delay/run-1/00000/report.json";
    await home.store.remove([key, report]);
    await home.store.put(key, bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const name = key.slice(key.lastIndexOf("/") + 1);
    await home.store.put(report, JSON.stringify({ ...shard, sketches: { name, sha256 } }));

    const { datasetDigest } = await home.joinStaged(loaded);

    const stored = await home.store.get(
      storageKeys.datasetStatistics("flight-delay", datasetDigest),
    );
    expect(JSON.parse(new TextDecoder().decode(stored)).train.distance.max).toBe(12_345);
  });

  it("does not depend on the types that other files have", async () => {
    const home = await datasetHome();
    // 16777217 is no 32-bit float: what whole numbers and floats have in common would round it.
    await home.source(
      `SELECT * REPLACE ((16777217 + 2 * distance)::BIGINT AS distance) FROM (${FLIGHTS})`,
      "whole.parquet",
    );
    await home.source(
      `SELECT * REPLACE (distance::FLOAT AS distance) FROM (${FLIGHTS})`,
      "f.parquet",
    );
    const wide = {
      fields: fieldsWith({ distance: { max: 1e9 } }),
      source: parquetSource("whole.parquet", "f.parquet"),
      rowFeatures: {
        odd: {
          type: "number" as const,
          from: ["distance"],
          compute: ({ distance }: { distance: number }) => distance % 2,
        },
      },
    };

    const alone = await home.prepare(definitionWith(wide));
    const joined = await home.prepareStaged(definitionWith(wide), { runId: "run-2" });

    expect(joined.datasetDigest).toBe(alone.datasetDigest);
    expect(
      await home.rows(alone.datasetDigest, "SELECT DISTINCT odd FROM dataset WHERE distance > 1e6"),
    ).toEqual([[1]]);
  });

  it("counts lines that are no rows of csv, and keeps them all", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS, "a.csv");
    const header = "date,delay,distance,origin,destination\n";
    await home.sourceText(`${header}2001-04-02,5\n`, "b.csv");
    await home.sourceText(`${header}2001-04-02,5,1,A,B,C\n`, "c.csv");
    await home.sourceText(header, "d.csv");
    const source = csvSource("a.csv", "b.csv", "c.csv", "d.csv");

    const { rows } = await home.prepareStaged(definitionWith({ source }));

    expect(rows).toMatchObject({ read: 2_402, quarantined: 2 });
    expect(await home.quarantine("SELECT __line, __reason FROM quarantine ORDER BY ALL")).toEqual([
      ["2001-04-02,5", "line: missing columns"],
      ["2001-04-02,5,1,A,B,C", "line: too many columns"],
    ]);
  });
});

describe("files that cannot be used", () => {
  it("fail the join with the first one's error, by its name, and tell of the others", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS, "a.parquet");
    await home.source(`SELECT * EXCLUDE origin FROM (${FLIGHTS})`, "b.parquet");
    await home.sourceText("", "c.parquet");
    const source = parquetSource("a.parquet", "b.parquet", "c.parquet");
    const loaded = definitionWith({ source });

    const [staged] = await home.stage(loaded);

    expect(staged).toMatchObject({
      useless: [
        { file: "b.parquet", error: { name: "DataContractError" } },
        { file: "c.parquet", error: { message: expect.stringContaining("c.parquet is empty") } },
      ],
    });
    const failed = home.joinStaged(loaded);
    await expect(failed).rejects.toMatchObject({
      name: "DataContractError",
      message: expect.stringMatching(
        /^source file b\.parquet breaks the contract: column origin is missing.*; of 3 files 1 more cannot be used: c\.parquet$/,
      ),
    });
  });

  it("fail the gate over all files together, with the commonest reasons of all", async () => {
    const home = await datasetHome();
    const loaded = await inFiles(home, [0, 1], "parquet");
    const { definition } = loaded;
    const strict = {
      ...loaded,
      definition: { ...definition, gates: { ...definition.gates, maxQuarantineShare: 0.01 } },
    };

    const [alone, joined] = await Promise.all([
      home.prepare(strict).catch(String),
      home.prepareStaged(strict, { runId: "run-2" }).catch(String),
    ]);

    expect(alone).toContain("58 of 2400 rows (2.42%) break the contract");
    expect(joined).toBe(String(alone).replace("run-1", "run-2"));
  });

  it("fail the join where none has a row", async () => {
    const home = await datasetHome();
    await home.source(`${FLIGHTS} LIMIT 0`);

    await expect(home.prepareStaged()).rejects.toThrow(/flights-3m.parquet has no rows/);
  });

  it("fail the join where a shard was never staged", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS, "a.parquet");

    await expect(
      home.joinStaged(definitionWith({ source: parquetSource("a.parquet") })),
    ).rejects.toThrow("shard 0 of the source has not been staged in run run-1");
  });

  it("fails on a shard that the run has not", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);

    const failed = sourceStager()({
      store: home.store,
      loaded: definitionWith(),
      runId: "run-1",
      index: 1,
    });

    await expect(failed).rejects.toThrow(InvalidInputError);
  });
});

describe("staging a file again", () => {
  it("answers what is there, and reads the source once", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);
    const loaded = definitionWith();
    const first = await home.stage(loaded);
    const keys = await home.keys("staged/");
    await home.store.remove(["sources/flight-delay/flights-3m.parquet"]);

    expect(await home.stage(loaded)).toEqual(first);
    expect(await home.keys("staged/")).toEqual(keys);
    expect(keys).toEqual([
      "staged/flight-delay/run-1/00000/report.json",
      expect.stringMatching(/00000\/rows-[0-9a-f]{12}\.parquet$/),
      expect.stringMatching(/00000\/sketches-[0-9a-f]{12}\.json$/),
    ]);
  });

  it("keeps the rows that belong to a split, and of the others their number", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);

    const [report] = await home.stage(definitionWith());

    const [, key] = await home.keys("staged/");
    const path = await home.store.localPath(key as string);
    expect(await sql(`SELECT count(*) FROM read_parquet('${path}')`)).toEqual([[2_184n]]);
    expect(report).toMatchObject({ files: [{ read: 2_400, broken: 0 }] });
  });

  it("goes on where a child was lost between its parts and its report", async () => {
    const home = await datasetHome();
    const loaded = await inFiles(home, [0, 1], "parquet");
    const first = await home.stage(loaded);
    await home.store.remove(["staged/flight-delay/run-1/00000/report.json"]);

    expect(await home.stage(loaded)).toEqual(first);
  });

  it("answers the first of two children that found different bytes", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);
    const loaded = definitionWith();
    const request = { loaded, runId: "run-1", index: 0 };
    const error = { name: "Other", message: "was first" };
    const other = { useless: [{ file: "flights-3m.parquet", error }] };
    // The other child ends while this one is about to.
    const late: ObjectStore = {
      ...home.store,
      put: async (key, bytes) => {
        if (key.startsWith("staged/")) await home.store.put(key, JSON.stringify(other));
        return home.store.put(key, bytes);
      },
    };

    expect(await sourceStager()({ ...request, store: late })).toEqual(other);
  });

  it("throws, and stores nothing, while the store is unavailable", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);
    const down: ObjectStore = {
      ...home.store,
      localPath: async () => {
        throw new UnavailableError("slow down");
      },
    };

    const failed = sourceStager()({
      store: down,
      loaded: definitionWith(),
      runId: "run-1",
      index: 0,
    });

    await expect(failed).rejects.toThrow(UnavailableError);
    expect(await home.keys("staged/")).toEqual([]);
  });

  it("fails the join on a part whose bytes are not those of its report", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);
    const loaded = definitionWith();
    await home.stage(loaded);
    const [, rows] = await home.keys("staged/");
    await home.store.remove([rows as string]);
    await home.store.put(rows as string, "damaged");

    await expect(home.joinStaged(loaded)).rejects.toMatchObject({ name: "IntegrityError" });
  });
});
