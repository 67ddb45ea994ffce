import { Duration } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { grantAlerts, grantObjects } from "../grants.ts";
import type { IPlatform } from "./platform.ts";
import { type FunctionDefaults, PlatformFunction } from "./platform-function.ts";

export interface NotifyFunctionProps {
  /** What holds state: a `Platform`, or anything like it. */
  readonly platform: IPlatform;
  /** @default - see each of its fields */
  readonly defaults?: FunctionDefaults;
}

/** Sends what a workflow has to say to the alert topic. Workflows may share one. */
export class NotifyFunction extends PlatformFunction {
  constructor(scope: Construct, id: string, { platform, defaults }: NotifyFunctionProps) {
    super(scope, id, {
      platform,
      defaults,
      name: "notify",
      description: "Sends an alert",
      memoryMb: 256,
      timeout: Duration.seconds(30),
      environment: { MILLRACE_ALERT_TOPIC_ARN: platform.alerts.topicArn },
    });
    grantAlerts(platform, this);
    // The reports of data that an alert tells of.
    grantObjects(platform, this, { read: ["runs"] });
  }
}
