import { awsRegistry } from "../wiring/adapters.ts";
import { makeHandler } from "./handler.ts";

export const handler = makeHandler({ registry: awsRegistry() });
