import { taskOf } from "../../core/definition/task.ts";
import { InvalidInputError } from "../../core/errors.ts";
import { predictionAnswers } from "../../core/inference/prediction-answers.ts";
import { predictionId } from "../../core/inference/prediction-id.ts";
import type { Predicted } from "../../core/inference/predictor.ts";
import { requestSchema } from "../../core/inference/request-schema.ts";
import { shortened, shownValue } from "../../core/shown-value.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { requestIdOf } from "../middleware/request-id.ts";
import type { Route } from "../middleware/router.ts";
import { traceIdOf } from "../middleware/trace-id.ts";
import { targetOf } from "./oip-routes.ts";
import { type PredictingDeps, predictedFacts } from "./predicted-facts.ts";

/**
 * The plain way to predict: `{"instances": [{…}]}` in, one prediction for each out; and the JSON
 * Schema of what goes in.
 */
export function predictionRoutes({ predictor, facts }: PredictingDeps): readonly Route[] {
  return ["/models/{model}", "/models/{model}/versions/{version}"].flatMap((path): Route[] => [
    {
      method: "POST",
      path: `${path}/predictions`,
      answer: async (event, parameters) => {
        const instances = instancesOf(jsonBody(event));
        const predicted = await predictor.predict({
          target: targetOf(parameters),
          requestId: requestIdOf(event),
          traceId: traceIdOf(event),
          rowsOf: ({ parse }) => parse(instances),
        });
        facts.add(event, predictedFacts(predicted));
        return predictionsBody(predicted);
      },
    },
    {
      method: "GET",
      path: `${path}/schema`,
      answer: (_event, parameters) =>
        predictor.withVersion(targetOf(parameters), ({ version }) =>
          requestSchema(version.definition),
        ),
    },
  ]);
}

function instancesOf(body: unknown): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new InvalidInputError(
      `request must be an object with a list of instances, got ${shownValue(body)}`,
    );
  }
  const unknown = Object.keys(body).filter((key) => key !== "instances");
  if (unknown.length > 0) {
    const issues = unknown.slice(0, 10).map((key) => ({
      path: shortened(key),
      message: "is not known; the only field is instances",
    }));
    throw new InvalidInputError(`request has unknown field ${issues[0]?.path}`, { issues });
  }
  return (body as { readonly instances?: unknown }).instances;
}

function predictionsBody({ version, alias, id, scores, fallbacks }: Predicted) {
  return {
    model: version.model,
    version: version.version,
    alias,
    predictions: predictionAnswers(taskOf(version.definition.target), scores).map(
      (answer, row) => ({ predictionId: predictionId(id, row), ...answer }),
    ),
    ...(fallbacks.length > 0 && { fallbacks }),
  };
}
