import { taskOf } from "../../core/definition/task.ts";
import { InvalidInputError } from "../../core/errors.ts";
import { toldExplanations } from "../../core/explain/told-explanations.ts";
import { plainRequestSchema } from "../../core/inference/plain-schemas.ts";
import { predictionAnswers } from "../../core/inference/prediction-answers.ts";
import { predictionId } from "../../core/inference/prediction-id.ts";
import type { Predicted } from "../../core/inference/predictor.ts";
import { requestSchema } from "../../core/inference/request-schema.ts";
import { predictionDocs } from "../../core/openapi/prediction-docs.ts";
import { shortened, shownValue } from "../../core/shown-value.ts";
import { jsonBody } from "../middleware/json-body.ts";
import type { Route } from "../middleware/router.ts";
import { asked, targetOf } from "./asked.ts";
import { type PredictingDeps, predictedFacts } from "./predicted-facts.ts";

/**
 * The plain way to predict: `{"instances": [{…}]}` in, one prediction for each out; and the JSON
 * Schema of what goes in.
 */
export function predictionRoutes({ predictor, facts }: PredictingDeps): readonly Route[] {
  return ["/models/{model}", "/models/{model}/versions/{version}"].flatMap((path, i): Route[] => [
    {
      method: "POST",
      path: `${path}/predictions`,
      doc: predictionDocs.predict(i > 0),
      answer: async (event, parameters) => {
        const { instances, routingKey, explain } = plainRequestOf(jsonBody(event));
        const predicted = await predictor.predict({
          ...asked(event, parameters),
          ...(routingKey !== undefined && { routingKey }),
          ...(explain && { explain }),
          firstOf: (field) => firstInstance(instances)?.[field],
          rowsOf: ({ parse }) => parse(instances),
        });
        facts.add(event, predictedFacts(predicted));
        return predictionsBody(predicted);
      },
    },
    {
      method: "GET",
      path: `${path}/schema`,
      doc: predictionDocs.schema(i > 0),
      answer: (_event, parameters) =>
        predictor.withVersion(targetOf(parameters), ({ version }) =>
          requestSchema(version.definition),
        ),
    },
  ]);
}

const MEMBERS = Object.keys(plainRequestSchema.shape);

/** As the caller wrote it: nothing of it was checked yet. */
export function firstInstance(instances: unknown): Readonly<Record<string, unknown>> | undefined {
  const first: unknown = Array.isArray(instances) ? instances[0] : undefined;
  return typeof first === "object" && first !== null ? { ...first } : undefined;
}

interface PlainRequest {
  /** The version that answers checks them. */
  readonly instances: unknown;
  readonly routingKey: string | undefined;
  readonly explain: boolean | undefined;
}

/** By hand: the schema would go through every instance, which the version does anyway. */
function plainRequestOf(body: unknown): PlainRequest {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new InvalidInputError(
      `request must be an object with a list of instances, got ${shownValue(body)}`,
    );
  }
  const unknown = Object.keys(body).filter((key) => !MEMBERS.includes(key));
  if (unknown.length > 0) {
    const issues = unknown.slice(0, 10).map((key) => ({
      path: shortened(key),
      message: `is not known; fields are ${MEMBERS.join(", ")}`,
    }));
    throw new InvalidInputError(`request has unknown field ${issues[0]?.path}`, { issues });
  }
  const { instances, routingKey, explain } = body as Readonly<Record<string, unknown>>;
  if (routingKey !== undefined && typeof routingKey !== "string") {
    const message = `must be a string, got ${shownValue(routingKey)}`;
    const issues = [{ path: "routingKey", message }];
    throw new InvalidInputError(`request is wrong: routingKey ${message}`, { issues });
  }
  if (explain !== undefined && typeof explain !== "boolean") {
    const message = `must be true or false, got ${shownValue(explain)}`;
    const issues = [{ path: "explain", message }];
    throw new InvalidInputError(`request is wrong: explain ${message}`, { issues });
  }
  return { instances, routingKey, explain };
}

export function predictionsBody(predicted: Predicted) {
  const { version, route, id, scores, answers, fallbacks, explanations } = predicted;
  const told = answers ?? predictionAnswers(taskOf(version.definition.target), scores);
  return {
    model: version.model,
    version: version.version,
    alias: route,
    predictions: told.map((answer, row) => ({ predictionId: predictionId(id, row), ...answer })),
    ...(fallbacks.length > 0 && { fallbacks }),
    ...(explanations && { explanations: toldExplanations(explanations, told.length) }),
  };
}
