import { MODEL_NAME } from "../definition/model-name.ts";
import { NotFoundError } from "../errors.ts";
import { shortened } from "../shown-value.ts";
import type { DeploymentCache, RoutedVersion } from "./deployment-cache.ts";
import type { PredictionRequest, Target } from "./predictor.ts";
import { routingKeyOf } from "./routing-key.ts";
import type { VersionCache } from "./version-cache.ts";

export interface LendVersionDeps {
  readonly deployments: DeploymentCache;
  readonly versions: VersionCache;
}

const VERSION_NUMBER = /^[1-9]\d{0,8}$/;

/**
 * The version that answers: the one that is named, or the one that the deployment gives. Its lease has
 * to be given back.
 *
 * @param request as it is routed. @default to the champion
 * @throws {NotFoundError} if the model or version is none
 */
export async function lendVersion(
  { deployments, versions }: LendVersionDeps,
  { model, version }: Target,
  request?: PredictionRequest,
): Promise<RoutedVersion> {
  // Anything else is nobody's name, and is not worth a question to the registry.
  if (!MODEL_NAME.pattern.test(model)) throw new NotFoundError(`no model ${shortened(model)}`);
  if (version === undefined) {
    return deployments.acquire(model, request && ((champion) => routingKeyOf(request, champion)));
  }
  if (!VERSION_NUMBER.test(version)) {
    throw new NotFoundError(`no version ${shortened(version)} of model ${model}`);
  }
  return { lease: await versions.acquire(model, Number(version)), route: "pinned" };
}
