import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { monotonicFactory } from "ulid";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { loadCode } from "../../engine/definition/load-code.ts";
import { definitionLoader } from "../../engine/definition/load-definition.ts";
import { versionLoader } from "../../engine/onnx/load-version.ts";
import { openScorer } from "../../engine/onnx/open-scorer.ts";
import { setTimer } from "../../engine/set-timer.ts";
import { makeHandler } from "../../functions/predict/handler.ts";

/** The predict function in this process over a registry and a store, with a bound; its log goes nowhere. */
export function predictHere(options: {
  readonly registry: Registry;
  readonly store: ObjectStore;
  readonly mostBytes: number;
}) {
  const { registry, store, mostBytes } = options;
  const loadDefinition = definitionLoader(store);
  const load = versionLoader({ store, registry, loadDefinition, loadCode, openScorer });
  let loads = 0;
  let tasks: (() => Promise<void>)[] = [];
  const handle = makeHandler({
    ...{ registry, loadDefinition, setTimer, mostBytes },
    loadVersion: (model, version) => {
      loads += 1;
      return load(model, version);
    },
    queue: { send: async () => undefined },
    emit: () => undefined,
    log: (line) => console.error(line),
    clock: Date.now,
    stopwatch: () => performance.now(),
    newId: monotonicFactory(),
    afterAnswer: (task) => void tasks.push(task),
    serverVersion: "bench",
  });
  return {
    /** Versions that were loaded so far. */
    loads: () => loads,
    /** Does what belongs after the answer, as a function does before it takes another request. */
    settle: async () => {
      const waiting = tasks;
      tasks = [];
      for (const task of waiting) await task();
    },
    /** Asks a model once. */
    ask: async (model: string, instance: object) => {
      const event = {
        ...{ version: "2.0", routeKey: "$default", rawQueryString: "", isBase64Encoded: false },
        rawPath: `/models/${model}/predictions`,
        headers: { "content-type": "application/json" },
        requestContext: { requestId: "bench", http: { method: "POST" } },
        body: JSON.stringify({ instances: [instance] }),
      } as unknown as APIGatewayProxyEventV2;
      const { statusCode, body } = await handle(event);
      if (statusCode !== 200) throw new Error(`${model} answered ${statusCode}: ${body}`);
    },
  };
}
