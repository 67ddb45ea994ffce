import { join } from "node:path";
import { Duration } from "aws-cdk-lib";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { grantObjects, grantRegistry } from "../grants.ts";
import { AslWorkflow } from "./asl-workflow.ts";
import { NotifyFunction } from "./notify-function.ts";
import type { IPlatform } from "./platform.ts";
import {
  type FunctionDefaults,
  logRetentionOf,
  PlatformFunction,
  type PlatformFunctionProps,
} from "./platform-function.ts";

export interface DeploymentsProps {
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
 * What changes which versions see traffic: `state-machines/rollout.asl.json` with its functions, a function
 * that sets challengers and shadows, and one that takes back what was deployed last.
 */
export class Deployments extends Construct {
  /** Lets a version take over step by step. */
  readonly stateMachine: StateMachine;
  /** Sets a model's challengers and shadows. */
  readonly route: PlatformFunction;
  /** Ends a canary, or goes back to the champion before. */
  readonly rollback: PlatformFunction;

  constructor(scope: Construct, id: string, props: DeploymentsProps) {
    super(scope, id);
    this.route = this.createChecking(props, "Route", {
      name: "route",
      description: "Sets the challengers and shadows of a model",
    });
    this.rollback = this.createRollback(props);
    this.stateMachine = new AslWorkflow(this, "Workflow", {
      definitionPath: join(import.meta.dirname, "../../state-machines/rollout.asl.json"),
      functions: {
        StartRolloutArn: this.createChecking(props, "StartRollout", {
          name: "start-rollout",
          description: "Gives a version its first share of traffic",
        }),
        AdvanceRolloutArn: this.createAdvance(props),
        RollbackArn: this.rollback,
        NotifyArn: props.notify ?? new NotifyFunction(this, "Notify", props),
      },
      logRetentionDays: logRetentionOf(props.defaults),
    }).stateMachine;
  }

  /** A function that loads a version as the endpoint does before it sees traffic. */
  private createChecking(
    { platform, defaults }: DeploymentsProps,
    id: string,
    named: Pick<PlatformFunctionProps, "name" | "description">,
  ): PlatformFunction {
    const fn = new PlatformFunction(this, id, {
      platform,
      defaults,
      ...named,
      layers: ["onnxruntime"],
      // The endpoint's: a version that does not fit there is found here.
      memoryMb: 1_769,
      timeout: Duration.minutes(2),
    });
    grantObjects(platform, fn, { read: ["definitions", "models"] });
    grantRegistry(platform, fn, [
      "GetItem",
      "Query",
      "PutItem",
      "UpdateItem",
      ...(named.name === "start-rollout" ? (["ConditionCheckItem"] as const) : []),
    ]);
    return fn;
  }

  private createAdvance({ platform, defaults }: DeploymentsProps): PlatformFunction {
    const fn = new PlatformFunction(this, "AdvanceRollout", {
      platform,
      defaults,
      name: "advance-rollout",
      description: "Judges a canary by the prediction log, and moves it on or back",
      layers: ["duckdb"],
      memoryMb: 2_048,
      ephemeralStorageMb: 2_048,
      timeout: Duration.minutes(5),
      environment: { MILLRACE_DUCKDB_MEMORY: "1GB" },
    });
    grantObjects(platform, fn, { read: ["predictions"] });
    grantRegistry(platform, fn, CHANGES);
    return fn;
  }

  private createRollback({ platform, defaults }: DeploymentsProps): PlatformFunction {
    const fn = new PlatformFunction(this, "Rollback", {
      platform,
      defaults,
      name: "rollback",
      description: "Ends a canary, or goes back to the champion before",
      memoryMb: 512,
      timeout: Duration.seconds(30),
    });
    grantRegistry(platform, fn, CHANGES);
    return fn;
  }
}

/** What a change of a deployment is made of, with a move of its champion. */
const CHANGES = ["GetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"] as const;
