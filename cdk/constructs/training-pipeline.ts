import { join } from "node:path";
import { Duration } from "aws-cdk-lib";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { grantAlerts, grantObjects, grantRegistryChange, grantRegistryRead } from "../grants.ts";
import type { Settings } from "../settings.ts";
import { AslWorkflow } from "./asl-workflow.ts";
import type { Platform } from "./platform.ts";
import { type FunctionDefaults, PlatformFunction } from "./platform-function.ts";

export interface TrainingPipelineProps {
  readonly platform: Platform;
  readonly defaults: FunctionDefaults;
  readonly settings: Pick<Settings, "trainMemoryMb">;
  /** Commit that this stack is built from; part of every version's record. */
  readonly gitCommit: string;
}

/** `state-machines/training.asl.json` with its functions: from raw data to a promoted version. */
export class TrainingPipeline extends Construct {
  readonly stateMachine: StateMachine;
  /** Sends an alert; the monitoring workflow uses the same one. */
  readonly notify: PlatformFunction;

  constructor(scope: Construct, id: string, props: TrainingPipelineProps) {
    super(scope, id);
    this.notify = this.createNotify(props);
    this.stateMachine = new AslWorkflow(this, "Workflow", {
      definitionPath: join(import.meta.dirname, "../../state-machines/training.asl.json"),
      functions: {
        StartRunArn: this.createStartRun(props),
        PrepareArn: this.createPrepare(props),
        TrainArn: this.createTrain(props),
        EvaluateArn: this.createEvaluate(props),
        RegisterArn: this.createRegister(props),
        PromoteArn: this.createPromote(props),
        EndRunArn: this.createEndRun(props),
        NotifyArn: this.notify,
      },
      logRetentionDays: props.defaults.logRetentionDays,
    }).stateMachine;
  }

  private createStartRun(props: TrainingPipelineProps): PlatformFunction {
    const fn = new PlatformFunction(this, "StartRun", {
      defaults: props.defaults,
      name: "start-run",
      description: "Records a run and fixes the definition that it uses",
      memoryMb: 512,
      timeout: Duration.seconds(30),
    });
    grantObjects(props.platform, fn, { read: ["definitions"] });
    grantRegistryChange(props.platform, fn);
    return fn;
  }

  private createPrepare(props: TrainingPipelineProps): PlatformFunction {
    const fn = new PlatformFunction(this, "Prepare", {
      defaults: props.defaults,
      name: "prepare",
      description: "Checks the source against the definition and writes the dataset",
      layers: ["duckdb"],
      // DuckDB keeps to 1 GB and spills to disk beyond; the rest is buffers of its threads and the
      // SDK. 4,096 MB also bring two virtual CPUs.
      memoryMb: 4_096,
      // Source files, spilled data and the parts, each once.
      ephemeralStorageMb: 4_096,
      timeout: Duration.minutes(15),
      environment: { MILLRACE_DUCKDB_MEMORY: "1GB" },
    });
    grantObjects(props.platform, fn, {
      read: ["definitions", "sources"],
      write: ["datasets", "runs"],
    });
    return fn;
  }

  private createTrain(props: TrainingPipelineProps): PlatformFunction {
    const fn = new PlatformFunction(this, "Train", {
      defaults: props.defaults,
      name: "train",
      description: "Trains one candidate and exports it as one ONNX graph",
      layers: ["duckdb", "onnxruntime"],
      // Two million rows of ten columns are 80 MB of frame; memory buys virtual CPUs here: five.
      memoryMb: props.settings.trainMemoryMb,
      ephemeralStorageMb: 2_048,
      timeout: Duration.minutes(15),
      environment: { MILLRACE_DUCKDB_MEMORY: "1GB" },
    });
    grantObjects(props.platform, fn, { read: ["definitions", "datasets"], write: ["runs"] });
    return fn;
  }

  private createEvaluate(props: TrainingPipelineProps): PlatformFunction {
    const fn = new PlatformFunction(this, "Evaluate", {
      defaults: props.defaults,
      name: "evaluate",
      description: "Chooses a candidate, measures it and the champion, applies the gates",
      layers: ["duckdb", "onnxruntime"],
      memoryMb: 4_096,
      ephemeralStorageMb: 2_048,
      timeout: Duration.minutes(15),
      environment: { MILLRACE_DUCKDB_MEMORY: "1GB" },
    });
    grantObjects(props.platform, fn, {
      read: ["definitions", "datasets", "models"],
      write: ["runs"],
    });
    grantRegistryRead(props.platform, fn);
    return fn;
  }

  private createRegister(props: TrainingPipelineProps): PlatformFunction {
    const fn = new PlatformFunction(this, "Register", {
      defaults: props.defaults,
      name: "register",
      description: "Writes a version's files and registers it",
      memoryMb: 1_024,
      timeout: Duration.minutes(2),
      environment: { MILLRACE_GIT_COMMIT: props.gitCommit },
    });
    grantObjects(props.platform, fn, {
      read: ["definitions", "datasets", "runs"],
      write: ["models"],
    });
    grantRegistryChange(props.platform, fn);
    return fn;
  }

  private createPromote(props: TrainingPipelineProps): PlatformFunction {
    const fn = new PlatformFunction(this, "Promote", {
      defaults: props.defaults,
      name: "promote",
      description: "Lets a version answer sample rows, then moves the alias",
      layers: ["onnxruntime"],
      // As the endpoint has, so that a version that does not fit there is found here.
      memoryMb: 1_769,
      timeout: Duration.minutes(2),
    });
    grantObjects(props.platform, fn, { read: ["definitions", "models"] });
    grantRegistryChange(props.platform, fn);
    return fn;
  }

  private createEndRun(props: TrainingPipelineProps): PlatformFunction {
    const fn = new PlatformFunction(this, "EndRun", {
      defaults: props.defaults,
      name: "end-run",
      description: "Records how a run ended",
      memoryMb: 512,
      timeout: Duration.seconds(30),
    });
    grantRegistryChange(props.platform, fn);
    return fn;
  }

  private createNotify(props: TrainingPipelineProps): PlatformFunction {
    const fn = new PlatformFunction(this, "Notify", {
      defaults: props.defaults,
      name: "notify",
      description: "Sends an alert",
      memoryMb: 256,
      timeout: Duration.seconds(30),
      environment: { MILLRACE_ALERT_TOPIC_ARN: props.platform.alerts.topicArn },
    });
    grantAlerts(props.platform, fn);
    return fn;
  }
}
