import { join } from "node:path";
import { Duration, Lazy, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IStateMachine, StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { DEFAULT_TRAINING_MEMORY_MB } from "../../core/definition/compute-schema.ts";
import type { ComputePlaces } from "../../core/run/compute-places.ts";
import { grantItems, grantObjects, grantRegistry } from "../grants.ts";
import { AslWorkflow } from "./asl-workflow.ts";
import { FargateTraining, type FargateTrainingProps, grantTaskEvents } from "./fargate-training.ts";
import { NotifyFunction } from "./notify-function.ts";
import type { IPlatform } from "./platform.ts";
import { type FunctionDefaults, logRetentionOf, PlatformFunction } from "./platform-function.ts";

export interface TrainingPipelineProps {
  /** What holds state: a `Platform`, or anything like it. */
  readonly platform: IPlatform;
  /** @default - see each of its fields */
  readonly defaults?: FunctionDefaults;
  /** Memory in MB of the training functions: what the definitions ask for. @default - one of 3008 MB */
  readonly trainMemoriesMb?: readonly number[];
  /**
   * Makes what definitions with `compute.training.on: "fargate"` need, by default or with another image
   * or more space; it costs nothing while no task runs. A network is part of it where `defaults` has none.
   *
   * @default false
   */
  readonly fargate?: boolean | Pick<FargateTrainingProps, "image" | "ephemeralStorageGb">;
  /** Commit that the stack is built from; part of every version's record. @default unknown */
  readonly gitCommit?: string;
}

/** Names no state machine: what starts it fails and says so. */
const NO_ROLLOUTS = "arn:aws:states:::no-rollouts";

/** `state-machines/training.asl.json` with its functions: from raw data to a promoted version. */
export class TrainingPipeline extends Construct {
  readonly stateMachine: StateMachine;
  /** Sends an alert; the monitoring workflow uses the same one. */
  readonly notify: PlatformFunction;
  private rollout?: IStateMachine;

  constructor(scope: Construct, id: string, props: TrainingPipelineProps) {
    super(scope, id);
    this.notify = new NotifyFunction(this, "Notify", props);
    const train = this.createTrainFunctions(props);
    const fargate = props.fargate ? this.createFargate(props, [...train.values()]) : undefined;
    this.stateMachine = new AslWorkflow(this, "Workflow", {
      definitionPath: join(import.meta.dirname, "../../state-machines/training.asl.json"),
      functions: {
        StartRunArn: this.createStartRun(props, {
          trainFunctions: Object.fromEntries(
            [...train].map(([memoryMb, { functionArn }]) => [memoryMb, functionArn]),
          ),
          ...(fargate && { fargate: fargate.place }),
        }),
        StageSourceArn: this.createStageSource(props),
        PrepareArn: this.createPrepare(props),
        CollectCandidateArn: this.createCollectCandidate(props),
        NarrowArn: this.createNarrow(props),
        EvaluateArn: this.createEvaluate(props),
        RegisterArn: this.createRegister(props),
        PromoteArn: this.createPromote(props),
        EndRunArn: this.createEndRun(props),
        NotifyArn: this.notify,
      },
      invoked: [...train.values()],
      values: {
        BucketName: props.platform.bucket.bucketName,
        RolloutStateMachineArn: Lazy.string({
          produce: () => this.rollout?.stateMachineArn ?? NO_ROLLOUTS,
        }),
      },
      logRetentionDays: logRetentionOf(props.defaults),
    }).stateMachine;
    grantItems(props.platform, this.stateMachine, "runs");
    grantTaskEvents(this.stateMachine);
    fargate?.grantRun(this.stateMachine);
  }

  /**
   * Starts this state machine for versions of models whose `promotion.mode` is "rollout": that of a
   * `Deployments`. Without it their runs fail once the version is registered.
   */
  startRollouts(rollout: IStateMachine): void {
    this.rollout = rollout;
    this.stateMachine.addToRolePolicy(
      new PolicyStatement({
        actions: ["states:StartExecution"],
        resources: [rollout.stateMachineArn],
      }),
    );
  }

  private createFargate(
    { platform, defaults, fargate }: TrainingPipelineProps,
    [train]: readonly PlatformFunction[],
  ): FargateTraining {
    if (!train) throw new Error("training tasks run the package of a training function; keep one");
    const options = typeof fargate === "object" ? fargate : {};
    return new FargateTraining(this, "Fargate", { platform, defaults, train, ...options });
  }

  private createStartRun(props: TrainingPipelineProps, places: ComputePlaces): PlatformFunction {
    const fn = new PlatformFunction(this, "StartRun", {
      platform: props.platform,
      defaults: props.defaults,
      name: "start-run",
      description: "Records a run and fixes the definition that it uses",
      memoryMb: 512,
      timeout: Duration.seconds(30),
      environment: { MILLRACE_COMPUTE_PLACES: Stack.of(this).toJsonString(places) },
    });
    grantObjects(props.platform, fn, { read: ["definitions"] });
    grantRegistry(props.platform, fn, ["GetItem", "Query", "PutItem"]);
    return fn;
  }

  private createStageSource(props: TrainingPipelineProps): PlatformFunction {
    const fn = new PlatformFunction(this, "StageSource", {
      platform: props.platform,
      defaults: props.defaults,
      name: "stage-source",
      description: "Checks a shard of source files and stores their rows for prepare",
      layers: ["duckdb"],
      memoryMb: 3_008,
      // A shard's files, spilled data and their rows, each once.
      ephemeralStorageMb: 4_096,
      timeout: Duration.minutes(15),
      environment: { MILLRACE_DUCKDB_MEMORY: "1GB" },
    });
    grantObjects(props.platform, fn, {
      read: ["definitions", "sources", "runs"],
      write: ["staged"],
    });
    return fn;
  }

  private createPrepare(props: TrainingPipelineProps): PlatformFunction {
    const fn = new PlatformFunction(this, "Prepare", {
      platform: props.platform,
      defaults: props.defaults,
      name: "prepare",
      description: "Checks the source against the definition and writes the dataset",
      layers: ["duckdb"],
      // DuckDB keeps to 1 GB and spills to disk beyond; the rest is buffers of its threads and the
      // SDK. More than 3,008 MB a new account does not get.
      memoryMb: 3_008,
      // Source files, spilled data and the parts, each once.
      ephemeralStorageMb: 4_096,
      timeout: Duration.minutes(15),
      environment: { MILLRACE_DUCKDB_MEMORY: "1GB" },
    });
    grantObjects(props.platform, fn, {
      read: ["definitions", "sources", "staged", "runs", "streams"],
      write: ["datasets", "runs"],
    });
    return fn;
  }

  /** The same function once for each memory that a definition asks for, by its memory in MB. */
  private createTrainFunctions(
    props: TrainingPipelineProps,
  ): ReadonlyMap<number, PlatformFunction> {
    const { trainMemoriesMb = [] } = props;
    // One there always is: a training task in a container runs its package.
    const asked = trainMemoriesMb.length > 0 ? trainMemoriesMb : [DEFAULT_TRAINING_MEMORY_MB];
    const memories = [...new Set(asked)].toSorted((a, b) => a - b);
    return new Map(memories.map((memoryMb) => [memoryMb, this.createTrain(props, memoryMb)]));
  }

  private createTrain(props: TrainingPipelineProps, memoryMb: number): PlatformFunction {
    const fn = new PlatformFunction(this, `Train${memoryMb}`, {
      platform: props.platform,
      defaults: props.defaults,
      name: "train",
      description: "Trains one candidate and exports it as one ONNX graph",
      layers: ["duckdb", "onnxruntime"],
      // Two million rows of ten columns are 80 MB of frame.
      memoryMb,
      ephemeralStorageMb: 2_048,
      timeout: Duration.minutes(15),
      environment: { MILLRACE_DUCKDB_MEMORY: "1GB" },
    });
    grantObjects(props.platform, fn, {
      read: ["definitions", "datasets", "models"],
      write: ["runs"],
    });
    return fn;
  }

  private createCollectCandidate(props: TrainingPipelineProps): PlatformFunction {
    const fn = new PlatformFunction(this, "CollectCandidate", {
      platform: props.platform,
      defaults: props.defaults,
      name: "collect-candidate",
      description: "Takes up what a training task in a container stored",
      memoryMb: 512,
      timeout: Duration.seconds(30),
    });
    grantObjects(props.platform, fn, { read: ["runs"] });
    return fn;
  }

  private createNarrow(props: TrainingPipelineProps): PlatformFunction {
    const fn = new PlatformFunction(this, "Narrow", {
      platform: props.platform,
      defaults: props.defaults,
      name: "narrow",
      description: "Keeps a record of a round of training and says what follows",
      memoryMb: 512,
      timeout: Duration.seconds(30),
    });
    grantObjects(props.platform, fn, { read: ["definitions"], write: ["runs"] });
    return fn;
  }

  private createEvaluate(props: TrainingPipelineProps): PlatformFunction {
    const fn = new PlatformFunction(this, "Evaluate", {
      platform: props.platform,
      defaults: props.defaults,
      name: "evaluate",
      description: "Chooses a candidate, measures it and the champion, applies the gates",
      layers: ["duckdb", "onnxruntime"],
      memoryMb: 3_008,
      ephemeralStorageMb: 2_048,
      timeout: Duration.minutes(15),
      environment: { MILLRACE_DUCKDB_MEMORY: "1GB" },
    });
    grantObjects(props.platform, fn, {
      read: ["definitions", "datasets", "models"],
      write: ["runs"],
    });
    grantRegistry(props.platform, fn, ["GetItem", "Query"]);
    return fn;
  }

  private createRegister(props: TrainingPipelineProps): PlatformFunction {
    const fn = new PlatformFunction(this, "Register", {
      platform: props.platform,
      defaults: props.defaults,
      name: "register",
      description: "Writes a version's files and registers it",
      memoryMb: 1_024,
      timeout: Duration.minutes(2),
      environment: { MILLRACE_GIT_COMMIT: props.gitCommit ?? "unknown" },
    });
    grantObjects(props.platform, fn, {
      read: ["definitions", "datasets", "runs"],
      write: ["models"],
    });
    grantRegistry(props.platform, fn, ["GetItem", "PutItem", "UpdateItem", "ConditionCheckItem"]);
    return fn;
  }

  private createPromote(props: TrainingPipelineProps): PlatformFunction {
    const fn = new PlatformFunction(this, "Promote", {
      platform: props.platform,
      defaults: props.defaults,
      name: "promote",
      description: "Lets a version answer sample rows, then moves the alias",
      layers: ["onnxruntime"],
      // As the endpoint has, so that a version that does not fit there is found here.
      memoryMb: 1_769,
      timeout: Duration.minutes(2),
    });
    grantObjects(props.platform, fn, { read: ["definitions", "models"] });
    grantRegistry(props.platform, fn, ["GetItem", "PutItem", "UpdateItem", "ConditionCheckItem"]);
    return fn;
  }

  private createEndRun(props: TrainingPipelineProps): PlatformFunction {
    const fn = new PlatformFunction(this, "EndRun", {
      platform: props.platform,
      defaults: props.defaults,
      name: "end-run",
      description: "Records how a run ended",
      memoryMb: 512,
      timeout: Duration.seconds(30),
    });
    grantRegistry(props.platform, fn, ["GetItem", "PutItem", "UpdateItem"]);
    return fn;
  }
}
