import { definitionLoader } from "../../engine/definition/load-definition.ts";
import { awsObjectStore, awsRegistry } from "../wiring/adapters.ts";
import { makeHandler } from "./handler.ts";

export const handler = makeHandler({
  registry: awsRegistry(),
  loadDefinition: definitionLoader(awsObjectStore()),
});
