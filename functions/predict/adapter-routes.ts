import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { InvalidInputError } from "../../core/errors.ts";
import { instanceExplanations } from "../../core/explain/told-explanations.ts";
import { invocationInstances, kserveInstances } from "../../core/inference/adapter-instances.ts";
import { csvInstances } from "../../core/inference/csv-instances.ts";
import { type RequestMember, requestMembers } from "../../core/inference/request-fields.ts";
import { invocationDocs, kserveDocs } from "../../core/openapi/adapter-docs.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { visibleTo } from "../middleware/callers.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { bodyText, checkType } from "../middleware/request-body.ts";
import type { PathParameters, Route } from "../middleware/router.ts";
import { asked, targetOf } from "./asked.ts";
import { type PredictingDeps, predictedFacts } from "./predicted-facts.ts";
import { firstInstance, predictionsBody } from "./prediction-routes.ts";
import { TARGET_MODEL } from "./requested-model.ts";

export interface AdapterRoutesDeps extends PredictingDeps {
  readonly registry: Pick<Registry, "models">;
}

const namesOf = (members: readonly RequestMember[]) => members.map(({ name }) => name);

/** Wires of other servers over the same predictor: KServe's V1, SageMaker's and MLflow's. */
export function adapterRoutes(deps: AdapterRoutesDeps): readonly Route[] {
  const { predictor, facts } = deps;
  const answer = async (
    event: APIGatewayProxyEventV2,
    parameters: PathParameters,
    instancesOf: InstancesOf,
    explain = false,
  ) => {
    const predicted = await predictor.predict({
      ...asked(event, parameters),
      ...(explain && { explain }),
      // Rows without names have none before the version is known: those are routed by the header.
      firstOf: (field) => firstInstance(instancesOf([]))?.[field],
      rowsOf: ({ definition, parse }) => parse(instancesOf(requestMembers(definition))),
    });
    facts.add(event, { model: predicted.version.model, ...predictedFacts(predicted) });
    const { predictions } = predictionsBody(predicted);
    if (!explain) return { predictions };
    // A fallback's answer has no explanations.
    const { explanations } = predicted;
    return { predictions, explanations: explanations ? instanceExplanations(explanations) : [] };
  };
  return [...kserveRoutes(deps, answer), ...invocationRoutes(deps, answer)];
}

/** The instances of a body, once it is known which inputs the model has. */
type InstancesOf = (members: readonly RequestMember[]) => unknown;

type Answer = (
  event: APIGatewayProxyEventV2,
  parameters: PathParameters,
  instancesOf: InstancesOf,
  explain?: boolean,
) => Promise<object>;

function kserveRoutes(
  { predictor, registry }: AdapterRoutesDeps,
  answer: Answer,
): readonly Route[] {
  const verb = (explain: boolean): Route => ({
    method: "POST",
    path: `/v1/models/{model}:${explain ? "explain" : "predict"}`,
    doc: explain ? kserveDocs.explain : kserveDocs.predict,
    answer: (event, parameters) => {
      const body = jsonBody(event);
      const instancesOf: InstancesOf = (members) => kserveInstances(body, namesOf(members));
      return answer(event, parameters, instancesOf, explain);
    },
  });
  return [
    verb(false),
    verb(true),
    {
      method: "GET",
      path: "/v1/models",
      doc: kserveDocs.models,
      answer: async (event) => ({
        models: visibleTo(event, await registry.models()).map(({ model }) => model),
      }),
    },
    {
      method: "GET",
      path: "/v1/models/{model}",
      doc: kserveDocs.model,
      answer: (_event, parameters) =>
        predictor.withVersion(targetOf(parameters), ({ version }) => ({
          name: version.model,
          ready: true,
        })),
    },
  ];
}

function invocationRoutes({ registry }: AdapterRoutesDeps, answer: Answer): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/ping",
      doc: invocationDocs.ping,
      answer: () => ({ status: "ok" }),
    },
    {
      method: "POST",
      path: "/invocations",
      doc: invocationDocs.invoke,
      answer: async (event) => {
        const instancesOf = invocationOf(event);
        return answer(event, await invokedModel(event, registry), instancesOf);
      },
    },
  ];
}

/** Reads the body before the model is known, so that what is no body at all costs nothing. */
function invocationOf(event: APIGatewayProxyEventV2): InstancesOf {
  if (/^text\/csv *(;|$)/i.test(event.headers["content-type"] ?? "")) {
    checkType(event, "text/csv", (type) => type === "text/csv");
    const text = bodyText(event);
    return (members) => (members.length === 0 ? [] : csvInstances(text, members));
  }
  const body = jsonBody(event);
  return (members) => invocationInstances(body, namesOf(members));
}

async function invokedModel(
  { headers }: APIGatewayProxyEventV2,
  registry: Pick<Registry, "models">,
): Promise<PathParameters> {
  const [model, version] = headers[TARGET_MODEL]?.split("/", 2) ?? [];
  if (model !== undefined) return version === undefined ? { model } : { model, version };
  const models = await registry.models();
  if (models[0] !== undefined && models.length === 1) return { model: models[0].model };
  throw new InvalidInputError(
    `there are ${models.length} models; name one in the header ${TARGET_MODEL}`,
  );
}
