import { join } from "node:path";
import { Duration } from "aws-cdk-lib";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { grantObjects, grantRegistry } from "../grants.ts";
import { AslWorkflow } from "./asl-workflow.ts";
import { NotifyFunction } from "./notify-function.ts";
import type { IPlatform } from "./platform.ts";
import { type FunctionDefaults, logRetentionOf, PlatformFunction } from "./platform-function.ts";

export interface MonitoringProps {
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

/** `state-machines/monitoring.asl.json` with its functions: live data compared with the baseline. */
export class Monitoring extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { platform, defaults } = props;
    const checkDrift = new PlatformFunction(this, "CheckDrift", {
      platform,
      defaults,
      name: "check-drift",
      description: "Compares the last window of predictions with the champion's baseline",
      layers: ["duckdb"],
      memoryMb: 2_048,
      ephemeralStorageMb: 2_048,
      timeout: Duration.minutes(15),
      environment: { MILLRACE_DUCKDB_MEMORY: "1GB" },
    });
    grantObjects(platform, checkDrift, {
      read: ["definitions", "models", "predictions"],
      write: ["reports"],
    });
    grantRegistry(platform, checkDrift, ["GetItem", "Query", "PutItem"]);

    this.stateMachine = new AslWorkflow(this, "Workflow", {
      definitionPath: join(import.meta.dirname, "../../state-machines/monitoring.asl.json"),
      functions: {
        CheckDriftArn: checkDrift,
        NotifyArn: props.notify ?? new NotifyFunction(this, "Notify", props),
      },
      logRetentionDays: logRetentionOf(defaults),
    }).stateMachine;
  }
}
