import { OIP_PLATFORM, oipInputs, oipOutputs } from "../../core/inference/oip-metadata.ts";
import { checkOutputs, inferRows, parseInferRequest } from "../../core/inference/oip-request.ts";
import { inferResponse } from "../../core/inference/oip-response.ts";
import type { Target } from "../../core/inference/predictor.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { requestIdOf } from "../middleware/request-id.ts";
import type { PathParameters, Route } from "../middleware/router.ts";
import { traceIdOf } from "../middleware/trace-id.ts";
import { type PredictingDeps, predictedFacts } from "./predicted-facts.ts";

export interface OipRoutesDeps extends PredictingDeps {
  readonly registry: Pick<Registry, "models" | "versions">;
  /** Of Millrace. */
  readonly serverVersion: string;
}

/** Open Inference Protocol v2 over HTTP, without extensions. */
export function oipRoutes(deps: OipRoutesDeps): readonly Route[] {
  const { registry, serverVersion } = deps;
  const server = () => ({ name: "millrace", version: serverVersion, extensions: [] });
  return [
    { method: "GET", path: "/v2/?", answer: server },
    { method: "GET", path: "/v2/health/live", answer: () => ({ live: true }) },
    {
      method: "GET",
      path: "/v2/health/ready",
      answer: async () => {
        // Ready is who can tell which version answers.
        await registry.models();
        return { live: true, ready: true };
      },
    },
    {
      method: "GET",
      path: "/v2/models",
      answer: async () => ({ models: (await registry.models()).map(({ model }) => model) }),
    },
    ...["/v2/models/{model}", "/v2/models/{model}/versions/{version}"].flatMap((path) =>
      modelRoutes(deps, path),
    ),
  ];
}

function modelRoutes(
  { predictor, registry, facts }: OipRoutesDeps,
  path: string,
): readonly Route[] {
  return [
    {
      method: "GET",
      path,
      answer: (_event, parameters) =>
        predictor.withVersion(targetOf(parameters), async ({ version: { model, definition } }) => ({
          name: model,
          versions: await servedVersions(registry, model),
          platform: OIP_PLATFORM,
          inputs: oipInputs(definition),
          outputs: oipOutputs(definition),
        })),
    },
    {
      method: "GET",
      path: `${path}/ready`,
      answer: (_event, parameters) =>
        predictor.withVersion(targetOf(parameters), ({ version }) => ({
          name: version.model,
          ready: true,
        })),
    },
    {
      method: "POST",
      path: `${path}/infer`,
      answer: async (event, parameters) => {
        const request = parseInferRequest(jsonBody(event));
        const predicted = await predictor.predict({
          target: targetOf(parameters),
          requestId: requestIdOf(event),
          traceId: traceIdOf(event),
          rowsOf: ({ definition, parse }) => {
            checkOutputs(request, definition);
            return inferRows(request, definition, parse);
          },
        });
        facts.add(event, predictedFacts(predicted));
        return inferResponse(request, predicted);
      },
    },
  ];
}

async function servedVersions(registry: Pick<Registry, "versions">, model: string) {
  const records = await registry.versions(model);
  return records
    .filter(({ status }) => status === "registered")
    .map(({ version }) => String(version));
}

export const targetOf = ({ model = "", version }: PathParameters): Target => ({ model, version });
