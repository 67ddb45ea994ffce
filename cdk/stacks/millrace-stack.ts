import { CfnOutput, Fn, PermissionsBoundary, Stack, type StackProps, Tags } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { Alarms } from "../constructs/alarms.ts";
import { BatchPrediction } from "../constructs/batch-prediction.ts";
import { DefinitionRegistration } from "../constructs/definition-registration.ts";
import { Deployments } from "../constructs/deployments.ts";
import { FeatureStore } from "../constructs/feature-store.ts";
import { ModelSchedules } from "../constructs/model-schedules.ts";
import { Monitoring } from "../constructs/monitoring.ts";
import { MonthlyBudget } from "../constructs/monthly-budget.ts";
import { NativeLayers } from "../constructs/native-layers.ts";
import { NewDataRuns } from "../constructs/new-data-runs.ts";
import { Platform } from "../constructs/platform.ts";
import { PlatformDashboard } from "../constructs/platform-dashboard.ts";
import type { FunctionDefaults } from "../constructs/platform-function.ts";
import { PredictionArchive } from "../constructs/prediction-archive.ts";
import { PredictionEndpoint } from "../constructs/prediction-endpoint.ts";
import { SavedQueries } from "../constructs/saved-queries.ts";
import { TrainingPipeline } from "../constructs/training-pipeline.ts";
import type { DefinitionsAsset } from "../definitions-asset.ts";
import type { NativeLayer } from "../layer-folders.ts";
import { watchResourceCount } from "../quotas.ts";
import { isProtected, type Settings } from "../settings.ts";

export interface MillraceStackProps extends StackProps {
  readonly settings: Settings;
  /** Folders of the built layers. */
  readonly layerFolders: Readonly<Record<NativeLayer, string>>;
  readonly definitions: DefinitionsAsset;
  /** Commit that this stack is built from. */
  readonly gitCommit: string;
}

/** Everything of Millrace in one account and region. */
export class MillraceStack extends Stack {
  readonly platform: Platform;
  readonly features: FeatureStore;
  readonly endpoint: PredictionEndpoint;
  readonly training: TrainingPipeline;
  readonly monitoring: Monitoring;
  readonly batch: BatchPrediction;
  readonly deployments: Deployments;
  /** Where a model asks for it. */
  readonly newData: NewDataRuns | undefined;
  readonly archive: PredictionArchive;

  constructor(scope: Construct, id: string, props: MillraceStackProps) {
    const { settings, layerFolders, definitions, gitCommit, ...stackProps } = props;
    const tags = { ...settings.tags, application: "millrace", stage: settings.stage };
    super(scope, id, {
      terminationProtection: isProtected(settings.stage),
      ...boundaryOf(settings),
      ...stackProps,
      // CloudFormation passes them on to what it makes by itself.
      tags: { ...stackProps.tags, ...tags },
    });
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value);
    const platform = new Platform(this, "Platform", {
      ...settings,
      accessLogRetentionDays: settings.logRetentionDays,
      deletionProtection: isProtected(settings.stage),
    });
    this.platform = platform;
    const defaults: FunctionDefaults = {
      nativeLayers: new NativeLayers(this, "Layers", {
        architecture: settings.architecture,
        folders: layerFolders,
      }),
      logRetentionDays: settings.logRetentionDays,
      ...(settings.runbookBaseUrl !== undefined && {
        environment: { MILLRACE_RUNBOOKS: settings.runbookBaseUrl },
      }),
    };

    this.training = new TrainingPipeline(this, "Training", {
      platform,
      defaults,
      trainMemoriesMb: definitions.models.flatMap(({ compute: { training } }) =>
        training.on === "lambda" ? [training.memoryMb] : [],
      ),
      fargate: definitions.models.some(({ compute }) => compute.training.on === "fargate"),
      gitCommit,
    });
    this.features = new FeatureStore(this, "Features", {
      platform,
      defaults,
      deletionProtection: isProtected(settings.stage),
    });
    this.endpoint = new PredictionEndpoint(this, "Endpoint", {
      platform,
      features: this.features,
      defaults,
      auth: settings.endpointAuth,
      principalRate: settings.principalRate,
      allowedOrigins: settings.allowedOrigins,
      ownFunctions: Object.fromEntries(
        definitions.models.flatMap(({ model, ownFunction }) =>
          ownFunction ? [[model, ownFunction]] : [],
        ),
      ),
      gitCommit,
    });
    const { notify } = this.training;
    this.monitoring = new Monitoring(this, "Monitoring", { platform, defaults, notify });
    this.batch = new BatchPrediction(this, "Batch", { platform, defaults, notify });
    this.deployments = new Deployments(this, "Deployments", { platform, defaults, notify });
    this.training.startRollouts(this.deployments.stateMachine);
    this.archive = new PredictionArchive(this, "Archive", {
      platform,
      models: definitions.models,
      predictionRetentionDays: settings.predictionRetentionDays,
    });
    const registration = new DefinitionRegistration(this, "Definitions", {
      ...{ platform, defaults, definitions },
    });
    this.createSchedules(registration, definitions);
    this.newData = this.createNewData(registration, definitions, defaults);
    this.createOutputs(this.createWatch(settings, definitions));
    watchResourceCount(this, definitions.models.length);
    const { monthlyBudgetUsd: monthlyUsd, stage } = settings;
    if (monthlyUsd > 0) {
      const counted = { application: "millrace", stage };
      new MonthlyBudget(this, "MonthlyBudget", { platform, monthlyUsd, tags: counted });
    }
  }

  /**
   * Zones by their place in CloudFormation's list, so that synthesis asks no account for their names.
   * A network is made only where a model trains in containers.
   */
  override get availabilityZones(): string[] {
    return [0, 1].map((index) => Fn.select(index, Fn.getAzs()));
  }

  private createSchedules(
    registration: DefinitionRegistration,
    { models }: DefinitionsAsset,
  ): void {
    const schedules = new ModelSchedules(this, "Schedules", {
      models,
      training: this.training.stateMachine,
      monitoring: this.monitoring.stateMachine,
      batch: this.batch.stateMachine,
      deadLetters: this.platform.deadLetters,
    });
    // A run needs its definition in the registry.
    schedules.node.addDependency(registration.trigger);
  }

  private createNewData(
    registration: DefinitionRegistration,
    { models }: DefinitionsAsset,
    defaults: FunctionDefaults,
  ): NewDataRuns | undefined {
    if (!models.some(({ newData }) => newData)) return undefined;
    const { platform, training } = this;
    const runs = new NewDataRuns(this, "NewData", {
      ...{ platform, defaults, training: training.stateMachine },
    });
    // What it is told of models that are not there yet, it forgets.
    runs.node.addDependency(registration.trigger);
    return runs;
  }

  private createWatch(
    { latencyAlarmMs, accountConcurrency, runbookBaseUrl }: Settings,
    { models }: DefinitionsAsset,
  ): PlatformDashboard {
    const watched = {
      platform: this.platform,
      endpoint: this.endpoint,
      features: this.features,
      newData: this.newData,
      training: this.training.stateMachine,
      monitoring: this.monitoring.stateMachine,
      batch: this.batch.stateMachine,
      rollout: this.deployments.stateMachine,
    };
    const { alarms } = new Alarms(this, "Alarms", {
      ...watched,
      notify: this.training.notify,
      models,
      ...{ latencyAlarmMs, accountConcurrency, runbookBaseUrl },
    });
    new SavedQueries(this, "Queries", {
      endpoint: this.endpoint,
      workflows: [this.training, this.monitoring, this.batch, this.deployments],
    });
    return new PlatformDashboard(this, "Overview", { ...watched, alarms });
  }

  private createOutputs({ dashboard }: PlatformDashboard): void {
    const { bucket, registry, alerts } = this.platform;
    const outputs = {
      BucketName: [
        bucket.bucketName,
        "Objects: sources, datasets, models, predictions, batches, reports",
      ],
      RegistryTableName: [registry.tableName, "The registry"],
      FeatureTableName: [this.features.table.tableName, "State that features are read from"],
      PredictionUrl: [this.endpoint.url.url, "Where predictions are asked for"],
      TrainingStateMachineArn: [
        this.training.stateMachine.stateMachineArn,
        'Start it with {"model", "reason", "requestedBy"}',
      ],
      MonitoringStateMachineArn: [
        this.monitoring.stateMachine.stateMachineArn,
        'Start it with {"model"}',
      ],
      BatchStateMachineArn: [
        this.batch.stateMachine.stateMachineArn,
        'Start it with {"model", "input", "reason", "requestedBy"}',
      ],
      RolloutStateMachineArn: [
        this.deployments.stateMachine.stateMachineArn,
        'Start it with {"model", "version", "by", "why"}',
      ],
      RouteFunctionName: [
        this.deployments.route.functionName,
        'Invoke it with {"model", "challengers": [{"version", "share"}], "shadows", "by", "why"}',
      ],
      RollbackFunctionName: [
        this.deployments.rollback.functionName,
        'Invoke it with {"model", "by", "why"}',
      ],
      AlertTopicArn: [alerts.topicArn, "Subscribe to it"],
      AthenaWorkGroup: [this.archive.workGroupName, "Questions over logged predictions"],
      AthenaDatabase: [this.archive.databaseName, "Tables of logged predictions"],
      DashboardName: [dashboard.dashboardName, "CloudWatch dashboard"],
    } as const;
    for (const [name, [value, description]] of Object.entries(outputs)) {
      new CfnOutput(this, name, { value, description });
    }
    for (const [model, { url }] of Object.entries(this.endpoint.ownUrls)) {
      const description = `Where predictions of ${model} are asked for: its own function`;
      // Below the endpoint it is named with a hash: names of models are not unique by letters and digits.
      new CfnOutput(this.endpoint, `PredictionUrl-${model}`, { value: url, description });
    }
  }
}

function boundaryOf({ permissionsBoundary }: Settings) {
  if (permissionsBoundary === undefined) return {};
  return {
    permissionsBoundary: permissionsBoundary.startsWith("arn:")
      ? PermissionsBoundary.fromArn(permissionsBoundary)
      : PermissionsBoundary.fromName(permissionsBoundary),
  };
}
