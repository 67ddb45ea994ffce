import { type CfnResource, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Trigger } from "aws-cdk-lib/triggers";
import { Construct } from "constructs";
import type { DefinitionsAsset } from "../definitions-asset.ts";
import { grantObjects, grantRegistry } from "../grants.ts";
import type { IPlatform } from "./platform.ts";
import { type FunctionDefaults, logRetentionOf, PlatformFunction } from "./platform-function.ts";

export interface DefinitionRegistrationProps {
  /** What holds state: a `Platform`, or anything like it. */
  readonly platform: IPlatform;
  /** @default - see each of its fields */
  readonly defaults?: FunctionDefaults;
  /** What to register: `bundleDefinitions` makes it of a folder of models. */
  readonly definitions: DefinitionsAsset;
}

/**
 * Registers the definitions of `models/*` while the stack is deployed: stores what is new and makes it
 * the definition that new runs use. The definitions are part of the function's own package, so that a
 * changed definition changes the function, which runs it again; a failure fails the deployment.
 */
export class DefinitionRegistration extends Construct {
  readonly trigger: Trigger;

  constructor(scope: Construct, id: string, props: DefinitionRegistrationProps) {
    super(scope, id);
    const { platform, defaults, definitions } = props;
    const register = new PlatformFunction(this, "RegisterDefinitions", {
      platform,
      defaults,
      name: "register-definitions",
      description: "Stores the definitions of this deployment and registers them",
      memoryMb: 512,
      timeout: Duration.minutes(1),
      // Beside index.mjs, where the function reads them.
      folders: { definitions: definitions.folder },
    });
    grantObjects(platform, register, { write: ["definitions", "streams"] });
    grantRegistry(platform, register, ["GetItem", "PutItem", "UpdateItem"]);
    this.trigger = new Trigger(this, "OnDeployment", {
      handler: register,
      timeout: Duration.minutes(1),
    });
    this.trigger.node.addDependency(platform.bucket, platform.registry);
    this.limitProviderLog(logRetentionOf(defaults));
  }

  /** The function that CDK brings for triggers would keep its log for ever, and has no option for it. */
  private limitProviderLog(logRetentionDays: number): void {
    const provider = Stack.of(this).node.findChild(
      "AWSCDK.TriggerCustomResourceProviderCustomResourceProvider",
    );
    const logGroup = new LogGroup(this, "ProviderLogs", {
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    (provider.node.findChild("Handler") as CfnResource).addPropertyOverride("LoggingConfig", {
      LogGroup: logGroup.logGroupName,
    });
  }
}
