import { featureColumn } from "../inference/prediction-columns.ts";
import { ALL_PREDICTIONS, type ArchivedModel, modelTableName } from "./archive-tables.ts";

/** A question over logged predictions, kept where it is asked. */
export interface ArchiveQuery {
  readonly name: string;
  readonly description: string;
  /** What each `?` stands for, in order. */
  readonly parameters: readonly string[];
  /**
   * In what Athena (Trino) and DuckDB have in common, so that tests can ask the same question. Left
   * out for that reason: `approx_percentile` (DuckDB: `approx_quantile`) and `date_trunc` over text.
   */
  readonly sql: string;
}

const DAYS = ["first day", "last day"] as const;
/** Days are keys of partitions: what a query does not name it does not read. */
const IN_DAYS = '"date" BETWEEN ? AND ?';
const OF_MODEL = `model = ? AND ${IN_DAYS}`;

/** How many predictions a logged one stands for, where a share of requests is logged. */
const STANDS_FOR = "coalesce(1 / samplerate, 1)";
/** How many predictions rows with a `weight` stand for. */
const PREDICTIONS = "CAST(round(sum(weight)) AS bigint)";
/** Mean of a number over what rows stand for; of rows that have it. */
const mean = (column: string) =>
  `sum(weight * ${column}) / sum(CASE WHEN ${column} IS NOT NULL THEN weight END)`;

/** A model's predictions, each once: a message can be delivered twice, and then its rows are equal. */
const once = (...columns: readonly string[]) =>
  `SELECT DISTINCT predictionid, ${STANDS_FOR} AS weight, ${columns.join(", ")}
  FROM ${ALL_PREDICTIONS}
  WHERE ${OF_MODEL}`;

/** Questions that are the same for every model. */
export const COMMON_QUERIES: readonly ArchiveQuery[] = [
  {
    name: "predictions-a-day",
    description: "Predictions of a model a day, by version and alias",
    parameters: ["model", ...DAYS],
    sql: `SELECT "date", version, alias, ${PREDICTIONS} AS predictions, ${mean("score")} AS mean_score,
  ${mean("label")} AS share_of_class_1
FROM (${once('"date"', "version", "alias", "score", "label")})
GROUP BY "date", version, alias
ORDER BY "date", version, alias`,
  },
  {
    name: "scores-by-month",
    description:
      "How the probabilities of a model of classes are spread, in tenths from 0 to 9, by month and version",
    parameters: ["model", ...DAYS],
    sql: `SELECT substr("date", 1, 7) AS "month", version,
  least(CAST(floor(score * 10) AS integer), 9) AS tenth, ${PREDICTIONS} AS predictions
FROM (${once('"date"', "version", "score", "label", "predictedclass")})
WHERE label IS NOT NULL OR predictedclass IS NOT NULL
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3`,
  },
  {
    name: "numbers-by-month",
    description:
      "Mean, deviation, least and largest of what a model of any task predicts, by month and version",
    parameters: ["model", ...DAYS],
    sql: `SELECT substr("date", 1, 7) AS "month", version, ${PREDICTIONS} AS predictions, ${mean("score")} AS mean_score,
  stddev_samp(score) AS deviation_of_score, min(score) AS least_score, max(score) AS largest_score
FROM (${once('"date"', "version", "score")})
GROUP BY 1, 2
ORDER BY 1, 2`,
  },
  {
    name: "classes-a-day",
    description: "How often each of several classes is predicted a day, by version",
    parameters: ["model", ...DAYS],
    sql: `SELECT "date", version, predictedclass, ${PREDICTIONS} AS predictions, ${mean("score")} AS mean_probability
FROM (${once('"date"', "version", "score", "predictedclass")})
WHERE predictedclass IS NOT NULL
GROUP BY "date", version, predictedclass
ORDER BY "date", version, predictions DESC, predictedclass`,
  },
  {
    name: "slowest-requests",
    description:
      "The 20 requests of a model that took longest, with the ids to find them in the logs",
    parameters: ["model", ...DAYS],
    sql: `SELECT requestid, max(traceid) AS traceid, min("time") AS first_time, max(latencyms) AS latency_ms,
  count(*) AS predictions
FROM (${once("requestid", "traceid", '"time"', "latencyms")})
GROUP BY requestid
ORDER BY latency_ms DESC, requestid
LIMIT 20`,
  },
  {
    name: "two-versions",
    description: "Two versions of a model side by side, over the days on which both predicted",
    parameters: ["model", ...DAYS, "version", "other version"],
    sql: `WITH compared AS (
  ${once('"date" AS "day"', "version", "score", "label", "latencyms")} AND version IN (?, ?)
), common AS (
  SELECT "day" FROM compared GROUP BY "day" HAVING count(DISTINCT version) = 2
)
SELECT version, ${PREDICTIONS} AS predictions, min("day") AS first_day, max("day") AS last_day,
  ${mean("score")} AS mean_score, stddev_samp(score) AS deviation_of_score,
  ${mean("label")} AS share_of_class_1, ${mean("latencyms")} AS mean_latency_ms
FROM compared
WHERE "day" IN (SELECT "day" FROM common)
GROUP BY version
ORDER BY version`,
  },
];

/** Questions about a model's own features. */
export function modelQueries({ model, inputs }: ArchivedModel): readonly ArchiveQuery[] {
  const table = modelTableName(model);
  const categories = inputs.filter(({ kind }) => kind === "category").map(({ name }) => name);
  const one: ArchiveQuery = {
    name: `${model}-one-prediction`,
    description: `One prediction of ${model} by its id, with what the model saw`,
    parameters: ["prediction id", "day of the prediction"],
    sql: `SELECT DISTINCT * FROM ${table} WHERE predictionid = ? AND "date" = ?`,
  };
  if (categories.length === 0) return [one];
  const rates = categories.map((input) => {
    const column = featureColumn(input).toLowerCase();
    return `SELECT '${input}' AS input, ${column} AS value, predictedclass, ${PREDICTIONS} AS predictions,
  ${mean("score")} AS mean_score, ${mean("label")} AS share_of_class_1
FROM chosen
GROUP BY ${column}, predictedclass`;
  });
  return [
    one,
    {
      name: `${model}-classes-by-category`,
      description: `What ${model} predicts by ${categories.join(", ")}, for every value that it saw: how often, each of several classes apart, and with what mean score`,
      parameters: DAYS,
      sql: `WITH chosen AS (SELECT DISTINCT *, ${STANDS_FOR} AS weight FROM ${table} WHERE ${IN_DAYS})
${rates.join("\nUNION ALL\n")}
ORDER BY input, predictions DESC, value, predictedclass`,
    },
  ];
}
