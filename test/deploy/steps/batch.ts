import { readFileSync } from "node:fs";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { z } from "zod";
import { batchFiles, storageKeys } from "../../../core/storage-keys.ts";
import { queryRows } from "../../../engine/duckdb/query.ts";
import { sqlText } from "../../../engine/duckdb/sql.ts";
import { withDuckdb } from "../../../engine/duckdb/with-duckdb.ts";
import { execute } from "../executions.ts";
import { writeTenthOfFlights } from "../flights.ts";
import { downloadObject } from "../objects.ts";
import { MODEL } from "../predictions.ts";
import { stackOutputs } from "../stack.ts";
import type { Step } from "../step.ts";

const NAME = "two-files";
const FILES = ["a.parquet", "b.parquet"] as const;
const ROWS = 300_000;

const output = z.object({
  ended: z.object({
    files: z.number(),
    scored: z.number(),
    rejected: z.number(),
    version: z.number(),
  }),
});

/** The same flights twice, so that both files must have the same scores. */
export const predictBatch: Step = {
  name: "predict two files of 300,000 flights by a Distributed Map",
  async run({ cloud, folder }) {
    const { BucketName: Bucket, BatchStateMachineArn } = await stackOutputs(cloud);
    const prefix = storageKeys.batch(MODEL, NAME);
    const Body = readFileSync(await writeTenthOfFlights(folder));
    for (const file of FILES) {
      const Key = `${prefix}/${batchFiles.input}${file}`;
      await cloud.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    }

    const order = { model: MODEL, input: NAME, reason: "test", requestedBy: "test" };
    const { ended: report } = output.parse(await execute(cloud, BatchStateMachineArn, order));

    if (report.files !== 2 || report.scored !== 2 * ROWS || report.rejected !== 0) {
      throw new Error(`the report is ${JSON.stringify(report)}`);
    }
    const [a, b] = await Promise.all(
      FILES.map((file) =>
        downloadObject(cloud, { Bucket, Key: `${prefix}/${batchFiles.output(file)}`, folder }),
      ),
    );
    const same = await sameRows(a as string, b as string);
    if (same !== ROWS) throw new Error(`${same} of ${ROWS} rows have the same score in both files`);
    return `${report.scored} rows by version ${report.version}, none rejected; ${same} scores the same in both files`;
  },
};

async function sameRows(a: string, b: string): Promise<number> {
  const [row] = await withDuckdb({ threads: 1 }, ({ connection }) =>
    queryRows(
      connection,
      `SELECT count(*)::INTEGER FROM read_parquet(${sqlText(a)}) JOIN read_parquet(${sqlText(b)}) USING (row, score, version)`,
    ),
  );
  return Number(row?.[0]);
}
