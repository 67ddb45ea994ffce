import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { InvalidInputError } from "../../core/errors.ts";
import { inParallel } from "../../core/in-parallel.ts";
import { indexWantsReady } from "../../core/inference/oip-schemas.ts";
import type { Predictor } from "../../core/inference/predictor.ts";
import { repositoryDocs } from "../../core/openapi/oip-docs.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { visibleTo } from "../middleware/callers.ts";
import { jsonBody } from "../middleware/json-body.ts";
import type { Route } from "../middleware/router.ts";
import { targetOf } from "./asked.ts";

export interface RepositoryRoutesDeps {
  readonly predictor: Pick<Predictor, "withVersion">;
  readonly registry: Pick<Registry, "aliases" | "models">;
}

/** Questions to the registry under way at once. */
const MODELS_AT_ONCE = 16;

/**
 * Triton's model repository. What serves is decided in the registry, for all instances at once: the index
 * tells it, loading warms the instance that answers, and unloading is refused, as the next request would load
 * the model again.
 */
export function repositoryRoutes({ predictor, registry }: RepositoryRoutesDeps): readonly Route[] {
  return [
    {
      method: "POST",
      path: "/v2/repository/index",
      doc: repositoryDocs.index,
      action: "read",
      answer: async (event) => {
        const wantsReady = indexWantsReady(optionalBody(event));
        const models = visibleTo(event, await registry.models());
        const states = await inParallel(models, MODELS_AT_ONCE, ({ model }) =>
          stateOf(registry, model),
        );
        return wantsReady ? states.filter(({ state }) => state === "READY") : states;
      },
    },
    {
      method: "POST",
      path: "/v2/repository/models/{model}/load",
      doc: repositoryDocs.load,
      answer: (_event, parameters) => predictor.withVersion(targetOf(parameters), () => ({})),
    },
    {
      method: "POST",
      path: "/v2/repository/models/{model}/unload",
      doc: repositoryDocs.unload,
      answer: () => {
        throw new InvalidInputError(
          "a model is not unloaded by a request: each instance forgets what is unused; to take a version out of service, promote another one",
        );
      },
    },
  ];
}

async function stateOf(registry: Pick<Registry, "aliases">, name: string) {
  const aliases = await registry.aliases(name);
  const champion = aliases.find(({ alias }) => alias === "champion");
  return champion === undefined
    ? { name, state: "UNAVAILABLE", reason: "it has no champion; promote a version" }
    : { name, version: String(champion.version), state: "READY", reason: "" };
}

const optionalBody = (event: APIGatewayProxyEventV2): unknown =>
  event.body === undefined || event.body === "" ? {} : jsonBody(event);
