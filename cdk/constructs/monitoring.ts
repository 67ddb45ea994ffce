import { join } from "node:path";
import { Duration } from "aws-cdk-lib";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { grantObjects, grantRegistryChange } from "../grants.ts";
import { AslWorkflow } from "./asl-workflow.ts";
import type { Platform } from "./platform.ts";
import { type FunctionDefaults, PlatformFunction } from "./platform-function.ts";

export interface MonitoringProps {
  readonly platform: Platform;
  readonly defaults: FunctionDefaults;
  readonly notify: PlatformFunction;
}

/** `state-machines/monitoring.asl.json` with its functions: live data compared with the baseline. */
export class Monitoring extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { platform, defaults, notify }: MonitoringProps) {
    super(scope, id);
    const checkDrift = new PlatformFunction(this, "CheckDrift", {
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
    grantRegistryChange(platform, checkDrift);

    this.stateMachine = new AslWorkflow(this, "Workflow", {
      definitionPath: join(import.meta.dirname, "../../state-machines/monitoring.asl.json"),
      functions: { CheckDriftArn: checkDrift, NotifyArn: notify },
      logRetentionDays: defaults.logRetentionDays,
    }).stateMachine;
  }
}
