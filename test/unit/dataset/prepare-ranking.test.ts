import { describe, expect, it } from "vitest";
import { labelSummary } from "../../../core/dataset/label-summary.ts";
import { SPLIT_NAMES } from "../../../core/dataset/manifest.ts";
import type { ModelDefinition } from "../../../core/definition/model-definition.ts";
import { datasetHome } from "./dataset-home.ts";
import {
  bySearch,
  byTime,
  columnsOf,
  OFFERS,
  offersDefinition,
  preparedOffers,
  targets,
  timed,
} from "./shop-rows.ts";

const ranking = { target: targets.ranking, split: bySearch };
const rankingByTime = {
  target: targets.ranking,
  split: byTime,
  source: timed("offers.parquet"),
  evaluation: { slices: ["search"] },
};

/** Searches of five offers whose last ones come up to six days after the first. */
const SLOW = `SELECT * REPLACE ("at" + minute("at") * INTERVAL 36 HOUR AS "at") FROM (${OFFERS})`;

describe("a ranking dataset", () => {
  it("keeps the rows of a query together, in one split", async () => {
    const { home, datasetDigest, manifest, split, rows } = await preparedOffers({
      ...ranking,
      evaluation: { slices: ["search"] },
    });

    expect(await columnsOf(home, datasetDigest)).toEqual([
      ["colour", "VARCHAR"],
      ["price", "FLOAT"],
      ["search", "VARCHAR"],
      ["relevance", "DOUBLE"],
      ["__query", "UINTEGER"],
    ]);
    const seen = new Set<string>();
    for (const name of SPLIT_NAMES) {
      const { groups = new Uint32Array(), context = [], labels } = await split(name);
      const [search] = context;
      if (search?.kind !== "category") throw new Error("search is a category");
      expect(groups[0]).toBe(0);
      expect(groups.at(-1)).toBe(rows[name]);
      for (let query = 1; query < groups.length; query++) {
        const codes = search.codes.slice(groups[query - 1], groups[query]);
        expect(codes).toHaveLength(5);
        expect(new Set(codes).size).toBe(1);
        seen.add(search.dictionary[codes[0] as number] as string);
      }
      const summary = labelSummary(manifest.splits[name]);
      expect(summary).toMatchObject({ type: "ranking", queries: rows[name] / 5, largestQuery: 5 });
      expect(labels.every((label) => label >= 0 && label <= 3)).toBe(true);
    }
    expect(seen.size).toBe(120);
  });

  it("gives a query, split by time, to the split of its first row", async () => {
    const { home, datasetDigest, rows } = await preparedOffers(rankingByTime, SLOW);

    const searches = async (split: (typeof SPLIT_NAMES)[number]) =>
      home.rows(
        datasetDigest,
        `SELECT min(search[2:]::INTEGER), max(search[2:]::INTEGER), count(DISTINCT search)::INTEGER,
          min(rows), max(rows) FROM (SELECT *, count(*) OVER (PARTITION BY search)::INTEGER AS rows FROM dataset)`,
        split,
      );
    // One search an hour: 48 begin before 3 April, 24 on each of the next days, 24 after `until`.
    expect(await searches("train")).toEqual([[0, 47, 48, 5, 5]]);
    expect(await searches("validation")).toEqual([[48, 71, 24, 5, 5]]);
    expect(await searches("test")).toEqual([[72, 95, 24, 5, 5]]);
    expect(rows).toMatchObject({ train: 240, validation: 120, test: 120, outside: 120 });
  });

  it("is the same from files that tear queries apart", async () => {
    const home = await datasetHome();
    await home.source(`SELECT * FROM (${SLOW}) WHERE price > 40`, "a.parquet");
    await home.source(`SELECT * FROM (${SLOW}) WHERE price <= 40`, "b.parquet");
    const loaded = offersDefinition({ ...rankingByTime, source: timed("a.parquet", "b.parquet") });

    const staged = await home.prepareStaged(loaded);
    const direct = await home.prepare(loaded, { runId: "run-2" });

    expect(direct).toMatchObject({ ...staged, reused: true, quality: {} });
    expect(staged.rows).toMatchObject({ train: 240, outside: 120 });
  });

  it("does not let a broken row decide where its query belongs", async () => {
    const broken = `SELECT * REPLACE (CASE WHEN search = 's50' AND clicks = 0 THEN TIMESTAMP '2001-04-01' ELSE "at" END AS "at",
      CASE WHEN search = 's50' AND clicks = 0 THEN -1 ELSE clicks END AS clicks) FROM (${OFFERS})`;
    const { home, rows } = await preparedOffers(rankingByTime, broken);

    expect(rows.train).toBe(240);
    expect(rows.quarantined).toBeGreaterThan(0);
    expect(rows.validation).toBe(120 - rows.quarantined);
    expect(await home.quarantine("SELECT DISTINCT __reason FROM quarantine")).toEqual([
      ["relevance: not a whole number from 0 to 31"],
    ]);
  });

  it("quarantines what is no relevance, and rows without a query", async () => {
    const odd = `SELECT * REPLACE (CASE price WHEN 1 THEN NULL WHEN 2 THEN 1.5 WHEN 3 THEN 32 ELSE clicks END AS clicks,
      CASE WHEN price = 4 THEN NULL ELSE search END AS search) FROM (${OFFERS})`;
    const { home } = await preparedOffers(ranking, odd);

    const reasons = "SELECT DISTINCT price, __reason FROM quarantine ORDER BY 1";
    expect(await home.quarantine(reasons)).toEqual([
      [1, "relevance: not computable as a number"],
      [2, "relevance: not a whole number from 0 to 31"],
      [3, "relevance: not a whole number from 0 to 31"],
      [4, "search: missing"],
    ]);
  });

  it("takes true and false as relevance, and whole numbers as queries", async () => {
    const numbered = `SELECT * REPLACE (search[2:]::INTEGER AS search) FROM (${OFFERS})`;
    const { fields } = offersDefinition().definition;
    const { split } = await preparedOffers(
      {
        ...ranking,
        fields: { ...fields, search: { type: "integer", role: "entity" } },
        target: { ...targets.ranking, expression: "clicks = 3" },
      },
      numbered,
    );

    const { labels, groups } = await split("train");

    expect(new Set(labels)).toEqual(new Set([0, 1]));
    expect(groups?.length).toBe(labels.length / 5 + 1);
  });

  /** Searches by the hour they began in; none has begun at 23. */
  const byHour: Partial<ModelDefinition> = {
    source: timed("offers.parquet"),
    target: { ...targets.ranking, group: "hour" },
    fields: {
      ...offersDefinition().definition.fields,
      at: { type: "timestamp", role: "feature" },
    },
    rowFeatures: {
      hour: {
        type: "category",
        from: ["at"],
        input: false,
        compute: ({ at }: { at: number }) => {
          const hour = Math.floor(at / 3_600_000);
          return hour % 24 === 23 ? null : `hour ${hour}`;
        },
      },
    },
  };

  it.each<[string, ModelDefinition["split"], number]>([
    // 115 of 120 searches have an hour, 4 of 5 days belong to a split by time.
    ["by group", { ...bySearch, column: "hour" } as ModelDefinition["split"], 115],
    ["by time", byTime, 92],
  ])("takes a row feature for the query, split %s", async (_how, split, queries) => {
    const prepared = await preparedOffers({ ...byHour, split });

    const { home, datasetDigest, manifest } = prepared;
    expect(prepared.rows.quarantined).toBe(25);
    expect(await home.quarantine("SELECT DISTINCT __reason FROM quarantine")).toEqual([
      ["hour: missing"],
    ]);
    const summaries = SPLIT_NAMES.map((name) => labelSummary(manifest.splits[name]));
    const found = summaries.map((summary) => (summary.type === "ranking" ? summary.queries : 0));
    expect(found.reduce((sum, count) => sum + count, 0)).toBe(queries);
    expect(summaries.map((summary) => "largestQuery" in summary && summary.largestQuery)).toEqual([
      5, 5, 5,
    ]);
    expect(manifest.context).toBeUndefined();
    expect(await columnsOf(home, datasetDigest)).not.toContainEqual(["hour", "VARCHAR"]);
  });

  it("fails where no query has two rows of different relevance", async () => {
    const target = { ...targets.ranking, expression: "clicks * 0 + 2" };

    await expect(preparedOffers({ ...ranking, target })).rejects.toThrow(
      /no query of the train split has two rows of different relevance/,
    );
  });

  it("fails where there is but one query", async () => {
    const single = `SELECT * REPLACE ('s1' AS search) FROM (${OFFERS})`;

    await expect(preparedOffers(ranking, single)).rejects.toThrow(/split has no rows/);
  });

  it("tells the same rows in other queries apart", async () => {
    const numbered = (query: string) => `SELECT * REPLACE (${query} AS search) FROM (${OFFERS})`;
    const { fields } = offersDefinition().definition;
    const parts = {
      ...rankingByTime,
      fields: { ...fields, search: { type: "integer", role: "entity" } },
      evaluation: {},
    } as const;

    const one = await preparedOffers(parts, numbered("search[2:]::INTEGER"));
    const pairs = await preparedOffers(parts, numbered("search[2:]::INTEGER // 2"));

    // The order of the rows is the same: only where queries begin is not.
    const inOrder = async ({ home, datasetDigest }: typeof one) =>
      home.rows(datasetDigest, "SELECT * EXCLUDE (__query) FROM dataset");
    expect(await inOrder(pairs)).toEqual(await inOrder(one));
    expect(pairs.datasetDigest).not.toBe(one.datasetDigest);
  });

  it("tells queries apart by a row feature, which is stored nowhere, and rejects rows without", async () => {
    const byFeature: Partial<ModelDefinition> = {
      ...rankingByTime,
      evaluation: {},
      target: { ...targets.ranking, group: "query" },
      rowFeatures: {
        query: {
          type: "category",
          from: ["search"],
          input: false,
          compute: ({ search }: { readonly search: string }) =>
            search === "s7" ? null : `query of ${search}`,
        },
      },
    };

    const { home, datasetDigest, split, rows } = await preparedOffers(byFeature);

    expect(rows).toMatchObject({ train: 235, validation: 120, test: 120, quarantined: 5 });
    const { groups, context = [] } = await split("validation");
    expect(groups).toEqual(Uint32Array.from({ length: 25 }, (_, query) => query * 5));
    expect(context).toEqual([]);
    expect((await columnsOf(home, datasetDigest)).map(([name]) => name)).not.toContain("query");
    expect(await home.quarantine("SELECT DISTINCT search, __reason FROM quarantine")).toEqual([
      ["s7", "query: missing"],
    ]);
  });
});
