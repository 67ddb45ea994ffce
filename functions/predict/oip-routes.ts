import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { OIP_PLATFORM, oipInputs, oipOutputs } from "../../core/inference/oip-metadata.ts";
import {
  checkOutputs,
  type InferRequest,
  inferRows,
  wantsExplanations,
} from "../../core/inference/oip-request.ts";
import { inferResponse } from "../../core/inference/oip-response.ts";
import { oipModelDocs, oipServerDocs } from "../../core/openapi/oip-docs.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { visibleTo } from "../middleware/callers.ts";
import type { Route } from "../middleware/router.ts";
import { asked, routingKeyOf, targetOf } from "./asked.ts";
import { inferRequestOf, inferResponseOf } from "./infer-body.ts";
import { type PredictingDeps, predictedFacts } from "./predicted-facts.ts";

export interface OipRoutesDeps extends PredictingDeps {
  readonly registry: Pick<Registry, "models" | "versions">;
  /** Of Millrace. */
  readonly serverVersion: string;
}

/** Of Triton's: tensors as bytes, and the model repository. */
const EXTENSIONS = ["binary_tensor_data", "model_repository"];

/** Open Inference Protocol v2 over HTTP. */
export function oipRoutes(deps: OipRoutesDeps): readonly Route[] {
  const { registry, serverVersion } = deps;
  const { server, live, ready, models } = oipServerDocs;
  return [
    {
      method: "GET",
      path: "/v2/?",
      doc: server,
      answer: () => ({ name: "millrace", version: serverVersion, extensions: EXTENSIONS }),
    },
    { method: "GET", path: "/v2/health/live", doc: live, answer: () => ({ live: true }) },
    {
      method: "GET",
      path: "/v2/health/ready",
      doc: ready,
      answer: async () => {
        // Ready is who can tell which version answers.
        await registry.models();
        return { live: true, ready: true };
      },
    },
    {
      method: "GET",
      path: "/v2/models",
      doc: models,
      answer: async (event) => ({
        models: visibleTo(event, await registry.models()).map(({ model }) => model),
      }),
    },
    ...modelRoutes(deps, "/v2/models/{model}", false),
    ...modelRoutes(deps, "/v2/models/{model}/versions/{version}", true),
  ];
}

function modelRoutes(
  { predictor, registry, facts }: OipRoutesDeps,
  path: string,
  isVersion: boolean,
): readonly Route[] {
  return [
    {
      method: "GET",
      path,
      doc: oipModelDocs.metadata(isVersion),
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
      doc: oipModelDocs.ready(isVersion),
      answer: (_event, parameters) =>
        predictor.withVersion(targetOf(parameters), ({ version }) => ({
          name: version.model,
          ready: true,
        })),
    },
    {
      method: "POST",
      path: `${path}/infer`,
      doc: oipModelDocs.infer(isVersion),
      respond: async (event, parameters) => {
        const request = inferRequestOf(event);
        const explain = wantsExplanations(request);
        const predicted = await predictor.predict({
          ...asked(event, parameters),
          ...routedBy(request, event),
          ...(explain && { explain }),
          rowsOf: ({ definition, parse }) => {
            checkOutputs(request, definition);
            return inferRows(request, definition, parse);
          },
        });
        facts.add(event, predictedFacts(predicted));
        return inferResponseOf(inferResponse(request, predicted));
      },
    },
  ];
}

/** The key of the request's parameters or its header; else of its first row, flat or nested. */
function routedBy({ parameters, inputs }: InferRequest, event: APIGatewayProxyEventV2) {
  const key = parameters?.routing_key;
  return {
    routingKey: typeof key === "string" ? key : routingKeyOf(event),
    firstOf: (field: string): unknown => {
      const first = inputs.find(({ name }) => name === field)?.data[0];
      return Array.isArray(first) ? first[0] : first;
    },
  };
}

async function servedVersions(registry: Pick<Registry, "versions">, model: string) {
  const records = await registry.versions(model);
  return records
    .filter(({ status }) => status === "registered")
    .map(({ version }) => String(version));
}
