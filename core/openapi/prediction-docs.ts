import {
  eventsAnswerSchema,
  eventsRequestSchema,
  plainAnswerSchema,
  plainRequestSchema,
} from "../inference/plain-schemas.ts";
import { ROUTING_KEY, type RouteDoc } from "./route-doc.ts";

/** Every field's value is an example's; the model's own fields are at `…/schema`. */
const FLIGHT = {
  date: "2001-06-30T17:10:00Z",
  origin: "ORD",
  destination: "LAX",
  distance: 1745,
};

const group = "Predictions";

/** @param of which version answers, in the id and in words: "" for the champion */
const named = (id: string, summary: string, isVersion: boolean) => ({
  id: isVersion ? `${id}OfVersion` : id,
  summary: isVersion ? `${summary}, by one version` : summary,
  group,
});

/** The plain way to predict. */
export const predictionDocs = {
  predict: (isVersion: boolean): RouteDoc => ({
    ...named("predict", "One prediction for each instance", isVersion),
    headers: [ROUTING_KEY],
    request: [
      {
        schema: { name: "PlainRequest", schema: () => plainRequestSchema },
        example: { instances: [FLIGHT] },
      },
    ],
    answer: [{ schema: { name: "PlainAnswer", schema: () => plainAnswerSchema } }],
    errors: [400, 404, 413, 415, 503],
  }),
  schema: (isVersion: boolean): RouteDoc => ({
    ...named("requestSchema", "JSON Schema of the request", isVersion),
    answer: [{}],
    errors: [404, 503],
  }),
};

export const eventsDoc: RouteDoc = {
  id: "acceptEvents",
  summary: "Takes events that features are computed from",
  description: "202 where at least one event was taken, and why the others were not.",
  group: "Events of streams",
  request: [{ schema: { name: "EventsRequest", schema: () => eventsRequestSchema } }],
  status: 202,
  answer: [{ schema: { name: "EventsAnswer", schema: () => eventsAnswerSchema } }],
  errors: [400, 404, 413, 415, 503],
};
