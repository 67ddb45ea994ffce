import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { LoadDefinition } from "../../core/definition/loaded-definition.ts";
import { deploymentCache } from "../../core/inference/deployment-cache.ts";
import { fallbackVersions } from "../../core/inference/fallback-versions.ts";
import type { FeatureReading } from "../../core/inference/fetch-features.ts";
import type { LoadVersion } from "../../core/inference/loaded-version.ts";
import { predictor } from "../../core/inference/predictor.ts";
import { versionCache } from "../../core/inference/version-cache.ts";
import { structuredLog } from "../../core/observability/structured-log.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { EmitMetrics } from "../../core/ports/metrics.ts";
import type { Queue } from "../../core/ports/queue.ts";
import type { SetTimer } from "../../core/ports/timer.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { type AcceptEventsDeps, eventAccepter } from "../../core/streams/accept-events.ts";
import { type Access, accessControl } from "../middleware/access.ts";
import { contentEncoding } from "../middleware/content-encoding.ts";
import { httpErrors } from "../middleware/http-errors.ts";
import { type LoadLimits, loadGate } from "../middleware/load-gate.ts";
import { loadShedding } from "../middleware/load-shedding.ts";
import { requestFacts } from "../middleware/request-facts.ts";
import { requestIdHeader } from "../middleware/request-id.ts";
import { requestMetrics } from "../middleware/request-metrics.ts";
import { routeMatcher, router } from "../middleware/router.ts";
import { adapterRoutes } from "./adapter-routes.ts";
import { documented } from "./documentation-routes.ts";
import { errorBody } from "./error-body.ts";
import { oipRoutes } from "./oip-routes.ts";
import { predictionRoutes } from "./prediction-routes.ts";
import { repositoryRoutes } from "./repository-routes.ts";
import { requestedModel } from "./requested-model.ts";
import {
  answerFallback,
  featureFallbacks,
  modelDimension,
  refreshFailure,
  requestsShed,
  trialFailure,
  unloggedPrediction,
} from "./serving-metrics.ts";
import { streamRoutes } from "./stream-routes.ts";

export interface PredictDeps {
  readonly registry: Pick<Registry, "aliases" | "deployment" | "model" | "models" | "versions">;
  readonly loadVersion: LoadVersion;
  /** Where features of streams are read. Absent: none can be had. */
  readonly features?: FeatureReading;
  /** Where events of streams go. Absent: none are taken. */
  readonly events?: Pick<AcceptEventsDeps, "streams" | "queue">;
  /** Where predictions are logged. */
  readonly queue: Queue;
  readonly emit: EmitMetrics;
  readonly log: (line: object) => void;
  readonly clock: Clock;
  /** Milliseconds from any origin that only ever grow, with fractions. */
  readonly stopwatch: () => number;
  readonly newId: () => string;
  /** Runs a task that the caller must not wait for, in order, once the answer is out. */
  readonly afterAnswer: (task: () => Promise<void>) => void;
  /** Of Millrace, as the protocol's server metadata tells it. */
  readonly serverVersion: string;
  /** Where the fallback of a model is found that has no version loaded. Absent: such a model has none. */
  readonly loadDefinition?: LoadDefinition;
  /** Absent: no time budget is kept. */
  readonly setTimer?: SetTimer;
  /** Who may ask. Absent: everybody. */
  readonly access?: Access | undefined;
  /** What is shed beyond. @default as `LoadLimits` says */
  readonly limits?: LoadLimits;
  /** Versions kept loaded. @default 2,000 */
  readonly mostVersions?: number;
  /** Memory that they may take together, in bytes. @default 512 MiB */
  readonly mostBytes?: number;
}

export type PredictHandler = (
  event: APIGatewayProxyEventV2,
  context?: object,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** Answers the prediction URL: Open Inference Protocol v2 below /v2, plain predictions beside it. */
export function makeHandler(deps: PredictDeps): PredictHandler {
  const log = structuredLog(deps.log, deps.clock, { function: "predict" });
  const facts = requestFacts();
  const versions = versionCache(deps);
  const onRefreshFailure = refreshFailure({ ...deps, log });
  const deployments = deploymentCache({ ...deps, versions, onRefreshFailure });
  const { loadDefinition } = deps;
  const onUnlogged = unloggedPrediction({ ...deps, log });
  const onFallbacks = featureFallbacks({ ...deps, log });
  const serving = {
    ...deps,
    facts,
    predictor: predictor({
      ...deps,
      ...{ deployments, versions, onUnlogged, onFallbacks },
      ...(loadDefinition && {
        fallbacks: fallbackVersions({ ...deps, deployments, loadDefinition }),
      }),
      onFallback: answerFallback({ ...deps, log }),
      onTrialFailure: trialFailure({ ...deps, log }),
      onShadowDropped: (model) =>
        deps.emit({ Model: model }, [{ name: "DroppedShadows", unit: "Count", value: 1 }]),
    }),
  };
  const routes = [
    ...predictionRoutes(serving),
    ...oipRoutes(serving),
    ...repositoryRoutes(serving),
    ...adapterRoutes(serving),
    ...(deps.events
      ? streamRoutes({ acceptEvents: eventAccepter({ ...deps, ...deps.events }), facts })
      : []),
  ];
  const match = routeMatcher(
    documented(routes, { version: deps.serverVersion, mode: deps.access?.mode }),
  );
  const { access, clock } = deps;
  const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(requestMetrics({ ...deps, dimensionsOf: modelDimension(deployments), factsOf: facts.of }))
    .use(requestIdHeader())
    .use(httpErrors({ log, bodyOf: errorBody }))
    .use(access ? accessControl({ access, clock, match, modelOf: requestedModel }) : [])
    .use(loadShedding(loadGate(deps.limits ?? {}, deps.stopwatch), requestsShed(deps)))
    .use(contentEncoding())
    .handler(router(match, errorBody));
  return (event, context = {}) => handler(event, context as Parameters<typeof handler>[1]);
}
