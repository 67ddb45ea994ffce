import { Duration, TimeZone } from "aws-cdk-lib";
import { Schedule, ScheduleExpression, ScheduleTargetInput } from "aws-cdk-lib/aws-scheduler";
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
  /** Takes what could not be started within an hour. */
  readonly deadLetters: IQueue;
}

/** Starts training and monitoring of each model when its definition says. */
export class ModelSchedules extends Construct {
  constructor(scope: Construct, id: string, props: ModelSchedulesProps) {
    super(scope, id);
    for (const { model, schedules } of props.models) {
      for (const kind of ["training", "monitoring"] as const) {
        const cron = schedules[kind];
        const stateMachine = props[kind];
        if (cron === undefined || !stateMachine) continue;
        new Schedule(this, `${model}-${kind}`, {
          description: `${kind} of ${model}: ${cron} UTC`,
          schedule: ScheduleExpression.expression(eventbridgeCron(cron), TimeZone.ETC_UTC),
          target: new StepFunctionsStartExecution(stateMachine, {
            input: ScheduleTargetInput.fromObject({
              model,
              reason: `schedule ${cron}`,
              requestedBy: "schedule",
            }),
            deadLetterQueue: props.deadLetters,
            maxEventAge: Duration.hours(1),
            retryAttempts: 10,
          }),
        });
      }
    }
  }
}
