import type { LoadedDefinition } from "../../../core/definition/loaded-definition.ts";
import type { ModelDefinition } from "../../../core/definition/model-definition.ts";
import { storedDatasets } from "../../../engine/evaluation/stored-datasets.ts";
import { type DatasetHome, datasetHome, definitionWith, parquetSource } from "./dataset-home.ts";

/**
 * 600 offers in 120 searches of 5, one search an hour from 1 April 2001 on, its offers a minute apart.
 * Relevance is 0 to 3, grade one of three words, amount a number with a fraction.
 */
export const OFFERS = `
  SELECT TIMESTAMP '2001-04-01 00:00:00' + (i // 5) * INTERVAL 1 HOUR + (i % 5) * INTERVAL 1 MINUTE AS at,
    's' || (i // 5) AS search, (i * 31 % 97)::DOUBLE AS price, ['red', 'blue'][i % 2 + 1] AS colour,
    ['north', 'south', 'west'][i % 3 + 1] AS region, (i * 7 % 4)::BIGINT AS clicks,
    ['good', 'fair', 'poor'][i * 11 % 3 + 1] AS grade, (i * 13 % 50 - 20) / 4 AS amount,
    (i % 6)::DOUBLE AS shown
  FROM range(600) rows(i)`;

const hash = { by: "hash", shares: { train: 0.5, validation: 0.25, test: 0.25 } } as const;

export const byTime: ModelDefinition["split"] = {
  by: "time",
  validationFrom: "2001-04-03T00:00:00Z",
  testFrom: "2001-04-04T00:00:00Z",
  until: "2001-04-05T00:00:00Z",
};

export const bySearch: ModelDefinition["split"] = { ...hash, by: "group", column: "search" };

export const targets = {
  binary: { name: "clicked", type: "binary", from: ["clicks"], expression: "clicks > 1" },
  multiclass: {
    name: "grade",
    type: "multiclass",
    from: ["grade"],
    expression: "grade",
    classes: ["poor", "fair", "good"],
  },
  regression: { name: "amount", type: "regression", from: ["amount"], expression: "amount" },
  ranking: {
    name: "relevance",
    type: "ranking",
    from: ["clicks"],
    expression: "clicks",
    group: "search",
  },
} as const satisfies Record<string, ModelDefinition["target"]>;

/** A model over the offers' price and colour. Without time, split by hash, if nothing else is said. */
export function offersDefinition(changes: Partial<ModelDefinition> = {}): LoadedDefinition {
  return definitionWith({
    source: timeless("offers.parquet"),
    fields: {
      at: { type: "timestamp", role: "ignored" },
      search: { type: "category", role: "entity" },
      price: { type: "number", role: "feature", required: false },
      colour: { type: "category", role: "feature" },
      region: { type: "category", role: "ignored", required: false },
      shown: { type: "number", role: "ignored", required: false },
      clicks: { type: "number", role: "outcome", required: false },
      grade: { type: "category", role: "outcome", required: false },
      amount: { type: "number", role: "outcome", required: false },
    },
    rowFeatures: {},
    target: targets.binary,
    split: hash,
    candidates: [{ name: "boosting", family: "gradient-boosting" }],
    gates: { maxQuarantineShare: 0.5 },
    ...changes,
  });
}

export function timeless(...names: string[]): ModelDefinition["source"] {
  const { eventTime: _none, ...source } = parquetSource(...names);
  return source;
}

export const timed = (...names: string[]): ModelDefinition["source"] => ({
  ...timeless(...names),
  eventTime: "at",
});

/** A home whose offers are prepared, and their dataset opened. */
export async function preparedOffers(changes: Partial<ModelDefinition>, query = OFFERS) {
  const home = await datasetHome();
  await home.source(query, "offers.parquet");
  const output = await home.prepare(offersDefinition(changes));
  const open = storedDatasets(home.store, { threads: 1 });
  return { home, ...output, ...(await open("flight-delay", output.datasetDigest)) };
}

/** Names and types of the stored columns of a dataset. */
export const columnsOf = async (home: DatasetHome, digest: string) =>
  home.rows(digest, "SELECT column_name, column_type FROM (DESCRIBE FROM dataset)");
