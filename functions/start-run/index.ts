import { definitionLoader } from "../../engine/definition/load-definition.ts";
import { environment } from "../environment.ts";
import { awsObjectStore, awsRegistry } from "../wiring/adapters.ts";
import { computePlacesOf } from "../wiring/compute-places.ts";
import { lambdaTask } from "../wiring/lambda-task.ts";
import { makeHandler } from "./handler.ts";

export const handler = lambdaTask(
  "start-run",
  makeHandler({
    registry: awsRegistry(),
    loadDefinition: definitionLoader(awsObjectStore()),
    places: computePlacesOf(environment.computePlaces),
  }),
);
