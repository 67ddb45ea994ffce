import { Duration, TimeZone } from "aws-cdk-lib";
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
} from "aws-cdk-lib/aws-scheduler";
import { StepFunctionsStartExecution } from "aws-cdk-lib/aws-scheduler-targets";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { eventbridgeCron } from "../../core/schedule/eventbridge-cron.ts";
import type { DeployedModel } from "../definitions-asset.ts";

export interface ModelSchedulesProps {
  readonly models: readonly DeployedModel[];
  /** Started by the schedules for training. @default - those schedules are left out */
  readonly training?: IStateMachine;
  /** Started by the schedules for monitoring. @default - those schedules are left out */
  readonly monitoring?: IStateMachine;
  /** Started by the schedules for batches. @default - those schedules are left out */
  readonly batch?: IStateMachine;
  /** Takes what could not be started within an hour. */
  readonly deadLetters: IQueue;
}

/** Starts training, monitoring and batches of each model when its definition says. */
export class ModelSchedules extends Construct {
  constructor(scope: Construct, id: string, props: ModelSchedulesProps) {
    super(scope, id);
    for (const { model, schedules } of props.models) {
      this.add(props, { model, kind: "training", cron: schedules.training });
      this.add(props, { model, kind: "monitoring", cron: schedules.monitoring });
      const { batch } = schedules;
      const input = {
        // of the occurrence, so that one which is delivered twice is one batch
        input: `scheduled-${ContextAttribute.scheduledTime}`,
        prefix: batch?.prefix,
      };
      this.add(props, { model, kind: "batch", cron: batch?.cron, input });
    }
  }

  private add(props: ModelSchedulesProps, { model, kind, cron, input }: Occurrences): void {
    const stateMachine = props[kind];
    if (cron === undefined || !stateMachine) return;
    new Schedule(this, `${model}-${kind}`, {
      description: `${kind} of ${model}: ${cron} UTC`,
      schedule: ScheduleExpression.expression(eventbridgeCron(cron), TimeZone.ETC_UTC),
      target: new StepFunctionsStartExecution(stateMachine, {
        input: ScheduleTargetInput.fromObject({
          model,
          reason: `schedule ${cron}`,
          requestedBy: "schedule",
          ...input,
        }),
        deadLetterQueue: props.deadLetters,
        maxEventAge: Duration.hours(1),
        retryAttempts: 10,
      }),
    });
  }
}

interface Occurrences {
  readonly model: string;
  readonly kind: "training" | "monitoring" | "batch";
  readonly cron: string | undefined;
  /** What the execution is told besides. */
  readonly input?: object;
}
