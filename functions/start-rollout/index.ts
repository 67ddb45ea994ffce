import { loadCode } from "../../engine/definition/load-code.ts";
import { definitionLoader } from "../../engine/definition/load-definition.ts";
import { versionLoader } from "../../engine/onnx/load-version.ts";
import { openScorer } from "../../engine/onnx/open-scorer.ts";
import { sha256 } from "../../engine/sha256.ts";
import { awsObjectStore, awsRegistry } from "../wiring/adapters.ts";
import { lambdaTask } from "../wiring/lambda-task.ts";
import { makeHandler } from "./handler.ts";

const store = awsObjectStore();
const registry = awsRegistry();
const loadDefinition = definitionLoader(store);
const loadVersion = versionLoader({ store, registry, loadDefinition, loadCode, openScorer });

export const handler = lambdaTask(
  "start-rollout",
  makeHandler({ store, registry, loadVersion, sha256, clock: Date.now }),
);
