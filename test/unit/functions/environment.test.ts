import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../core/errors.ts";
import { ONNXRUNTIME_VERSION } from "../../../core/onnx/runtime-version.ts";
import { environmentOf } from "../../../functions/environment.ts";

describe("environmentOf", () => {
  it("reads each setting from its variable", () => {
    const environment = environmentOf({
      MILLRACE_BUCKET: "bucket",
      MILLRACE_TABLE: "table",
      MILLRACE_PREDICTION_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/1/q",
      MILLRACE_ALERT_TOPIC_ARN: "arn:aws:sns:eu-central-1:1:t",
      MILLRACE_GIT_COMMIT: "abc",
      MILLRACE_DUCKDB_MEMORY: "1.5GB",
    });

    const { bucket, table, predictionQueueUrl, alertTopicArn, gitCommit, duckdbMemory } =
      environment;
    expect([bucket, table, predictionQueueUrl, alertTopicArn, gitCommit, duckdbMemory]).toEqual([
      "bucket",
      "table",
      "https://sqs.eu-central-1.amazonaws.com/1/q",
      "arn:aws:sns:eu-central-1:1:t",
      "abc",
      "1.5GB",
    ]);
  });

  it("fails only for the setting that is read, and names its variable", () => {
    const environment = environmentOf({ MILLRACE_TABLE: "table", MILLRACE_DUCKDB_MEMORY: "much" });

    expect(environment.table).toBe("table");
    expect(() => environment.bucket).toThrow(InvalidInputError);
    expect(() => environment.bucket).toThrow(/MILLRACE_BUCKET/);
    expect(() => environment.duckdbMemory).toThrow(/MILLRACE_DUCKDB_MEMORY.*"much"/);
  });
});

describe("ONNXRUNTIME_VERSION", () => {
  it("is the release that is installed", () => {
    const path = new URL("../../../node_modules/onnxruntime-node/package.json", import.meta.url);
    expect(JSON.parse(readFileSync(path, "utf8")).version).toBe(ONNXRUNTIME_VERSION);
  });
});
