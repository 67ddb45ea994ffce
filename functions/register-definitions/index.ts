import { awsObjectStore, awsRegistry } from "../wiring/adapters.ts";
import { bundledDefinitions } from "../wiring/bundled-definitions.ts";
import { makeHandler } from "./handler.ts";

export const handler = makeHandler({
  bundles: () => bundledDefinitions(new URL("definitions/", import.meta.url)),
  store: awsObjectStore(),
  registry: awsRegistry(),
  change: { by: "deployment", why: "definitions of this deployment" },
});
