import { join } from "node:path";
import { Duration } from "aws-cdk-lib";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { grantListing, grantObjects, grantRegistry } from "../grants.ts";
import { AslWorkflow } from "./asl-workflow.ts";
import { NotifyFunction } from "./notify-function.ts";
import type { IPlatform } from "./platform.ts";
import { type FunctionDefaults, logRetentionOf, PlatformFunction } from "./platform-function.ts";

export interface BatchPredictionProps {
  /** What holds state: a `Platform`, or anything like it. */
  readonly platform: IPlatform;
  /** @default - see each of its fields */
  readonly defaults?: FunctionDefaults;
  /**
   * Sends an alert.
   *
   * @default - a function of its own; a `TrainingPipeline` has one that may be shared
   */
  readonly notify?: IFunction;
}

/**
 * `state-machines/batch-prediction.asl.json` with its functions: files below
 * `batches/<model>/<name>/input/` or a model's sources, each predicted by a function call of its own.
 */
export class BatchPrediction extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: BatchPredictionProps) {
    super(scope, id);
    const { platform, defaults } = props;
    this.stateMachine = new AslWorkflow(this, "Workflow", {
      definitionPath: join(import.meta.dirname, "../../state-machines/batch-prediction.asl.json"),
      functions: {
        StartBatchArn: this.createStartBatch(props),
        PredictFileArn: this.createPredictFile(props),
        EndBatchArn: this.createEndBatch(props),
        NotifyArn: props.notify ?? new NotifyFunction(this, "Notify", props),
      },
      values: { BucketName: platform.bucket.bucketName },
      logRetentionDays: logRetentionOf(defaults),
    }).stateMachine;
    grantListing(platform, this.stateMachine, "batches", "sources");
  }

  private createStartBatch({ platform, defaults }: BatchPredictionProps): PlatformFunction {
    const fn = new PlatformFunction(this, "StartBatch", {
      platform,
      defaults,
      name: "start-batch",
      description: "Fixes the version that answers a batch",
      memoryMb: 512,
      // Lists the files: a thousand of them a request.
      timeout: Duration.minutes(1),
    });
    grantObjects(platform, fn, { write: ["batches"] });
    grantRegistry(platform, fn, ["GetItem", "Query"]);
    return fn;
  }

  private createPredictFile({ platform, defaults }: BatchPredictionProps): PlatformFunction {
    const fn = new PlatformFunction(this, "PredictFile", {
      platform,
      defaults,
      name: "predict-file",
      description: "Scores every row of one file",
      layers: ["duckdb", "onnxruntime"],
      // DuckDB keeps to 1 GB and spills to disk beyond. More a new account does not get.
      memoryMb: 3_008,
      // The file, spilled rows and the results, each once.
      ephemeralStorageMb: 4_096,
      timeout: Duration.minutes(15),
      environment: { MILLRACE_DUCKDB_MEMORY: "1GB" },
    });
    grantObjects(platform, fn, {
      read: ["definitions", "models", "sources", "streams"],
      write: ["batches"],
    });
    grantRegistry(platform, fn, ["GetItem"]);
    return fn;
  }

  private createEndBatch({ platform, defaults }: BatchPredictionProps): PlatformFunction {
    const fn = new PlatformFunction(this, "EndBatch", {
      platform,
      defaults,
      name: "end-batch",
      description: "Adds up what was made of a batch's files",
      memoryMb: 512,
      // Reads a small report for each file.
      timeout: Duration.minutes(5),
    });
    grantObjects(platform, fn, { write: ["batches"] });
    return fn;
  }
}
