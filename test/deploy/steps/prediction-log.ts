import { queryRows } from "../../../engine/duckdb/query.ts";
import { sqlText } from "../../../engine/duckdb/sql.ts";
import { withDuckdb } from "../../../engine/duckdb/with-duckdb.ts";
import { until } from "../../fixtures/e2e/until.ts";
import { downloadObject, objectsBelow } from "../objects.ts";
import { MODEL, predict } from "../predictions.ts";
import { stackOutputs } from "../stack.ts";
import type { Step, World } from "../step.ts";

/** Above the monitor's `minPredictions`. */
const ROWS = 300;

export const predictionLog: Step = {
  name: "find predictions in the log",
  async run(world) {
    const { PredictionUrl: url } = await stackOutputs(world.cloud);
    const { predictions } = await predict({ cloud: world.cloud, url, rows: ROWS });
    const asked = predictions.map(({ predictionId }) => predictionId);

    const files = await until(
      `${ROWS} predictions are in Parquet files`,
      async () => {
        const logged = await loggedPredictions(world);
        return asked.every((id) => logged.ids.has(id)) && logged.files;
      },
      120_000,
    );

    return `${ROWS} predictions through the queue into ${files} Parquet files`;
  },
};

async function loggedPredictions({ cloud, folder }: World) {
  const { BucketName: Bucket } = await stackOutputs(cloud);
  const keys = [...(await objectsBelow(cloud, Bucket, `predictions/model=${MODEL}/`)).keys()];
  if (keys.length === 0) return { files: 0, ids: new Set<string>() };
  const files = await Promise.all(
    keys.map((Key) => downloadObject(cloud, { Bucket, Key, folder })),
  );
  const rows = await withDuckdb({ threads: 1 }, ({ connection }) =>
    queryRows(connection, `SELECT predictionId FROM read_parquet([${files.map(sqlText).join()}])`),
  );
  return { files: files.length, ids: new Set(rows.map(([id]) => String(id))) };
}
