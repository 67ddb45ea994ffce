import { awsObjectStore, awsRegistry } from "../wiring/adapters.ts";
import { bundledDefinitions, bundledStreams } from "../wiring/bundled-definitions.ts";
import { lambdaTask } from "../wiring/lambda-task.ts";
import { makeHandler } from "./handler.ts";

export const handler = lambdaTask(
  "register-definitions",
  makeHandler({
    bundles: () => bundledDefinitions(new URL("definitions/", import.meta.url)),
    streams: () => bundledStreams(new URL("definitions/", import.meta.url)),
    store: awsObjectStore(),
    registry: awsRegistry(),
    change: { by: "deployment", why: "definitions of this deployment" },
  }),
);
