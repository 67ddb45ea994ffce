import { inParallel } from "../core/in-parallel.ts";
import { RUNBOOK_FOLDER } from "../core/observability/runbooks.ts";
import type { Alerts } from "../core/ports/alerts.ts";
import type { ObjectStore } from "../core/ports/object-store.ts";
import type { Registry } from "../core/registry/registry.ts";
import type { ModelProject } from "../engine/definition/find-models.ts";
import type { StreamBundle } from "../engine/definition/find-streams.ts";
import { loadCode } from "../engine/definition/load-code.ts";
import { definitionLoader } from "../engine/definition/load-definition.ts";
import { versionLoader } from "../engine/onnx/load-version.ts";
import { openScorer } from "../engine/onnx/open-scorer.ts";
import { sha256 } from "../engine/sha256.ts";
import { makeHandler as endBatch } from "../functions/end-batch/handler.ts";
import { makeHandler as endRun } from "../functions/end-run/handler.ts";
import type { TaskHandler } from "../functions/middleware/task.ts";
import { makeHandler as narrow } from "../functions/narrow/handler.ts";
import { makeHandler as notify } from "../functions/notify/handler.ts";
import { makeHandler as promote } from "../functions/promote/handler.ts";
import { makeHandler as register } from "../functions/register/handler.ts";
import { makeHandler as registerDefinitions } from "../functions/register-definitions/handler.ts";
import { makeHandler as rollback } from "../functions/rollback/handler.ts";
import { makeHandler as route } from "../functions/route/handler.ts";
import { makeHandler as startBatch } from "../functions/start-batch/handler.ts";
import { makeHandler as startRollout } from "../functions/start-rollout/handler.ts";
import { makeHandler as startRun } from "../functions/start-run/handler.ts";
import { localTask } from "./local-task.ts";

export interface LightFunctionsDeps {
  readonly store: ObjectStore;
  readonly registry: Registry;
  readonly alerts: Alerts;
  readonly projects: readonly ModelProject[];
  /** @default none */
  readonly streams?: readonly StreamBundle[];
  readonly gitCommit: string;
  readonly log: (line: object) => void;
}

/** Small files that are read beside each other. */
const FILES_AT_A_TIME = 16;

/** Functions that take a moment, wired to this machine; they run in the platform's own process. */
export function lightFunctions(deps: LightFunctionsDeps) {
  const { store, registry, alerts, projects, streams = [], gitCommit, log } = deps;
  const loadDefinition = definitionLoader(store);
  const loadVersion = versionLoader({ store, registry, loadDefinition, loadCode, openScorer });
  const handlers = {
    "start-run": startRun({
      registry,
      loadDefinition,
      places: { trainFunctions: { any: "train" } },
    }),
    // What the trainings would cost where a stack is by default.
    narrow: narrow({
      store,
      loadDefinition,
      pricedAt: { region: "us-east-1", architecture: "x86_64" },
    }),
    register: register({ store, registry, loadDefinition, sha256, gitCommit }),
    promote: promote({ store, registry, loadVersion, sha256 }),
    "end-run": endRun({ registry }),
    route: route({ store, registry, loadVersion, sha256, clock: Date.now }),
    rollback: rollback({ registry }),
    "start-rollout": startRollout({ store, registry, loadVersion, sha256, clock: Date.now }),
    "start-batch": startBatch({ store, registry }),
    "end-batch": endBatch({
      store,
      forEach: (items, answer) => inParallel(items, FILES_AT_A_TIME, answer),
    }),
    notify: notify({ alerts, store, runbooks: RUNBOOK_FOLDER }),
    "register-definitions": registerDefinitions({
      bundles: async () => projects.map(({ bundle }) => bundle),
      streams: async () => streams,
      store,
      registry,
      change: { by: "platform", why: "definitions found at start" },
    }),
  };
  return {
    loadVersion,
    /** For a person: what that asks wrongly is answered, and is no failure of a task. */
    moveAlias: handlers.promote,
    orderRoute: handlers.route,
    orderRollback: handlers.rollback,
    ...asTasks(handlers, log),
  };
}

/** Each as a task of its name, with its own output. */
function asTasks<Handlers extends Readonly<Record<string, (event: unknown) => Promise<object>>>>(
  handlers: Handlers,
  log: (line: object) => void,
) {
  const tasks = Object.entries(handlers).map(([name, handler]) => [
    name,
    localTask(name, handler, log),
  ]);
  return Object.fromEntries(tasks) as {
    readonly [Name in keyof Handlers]: TaskHandler<Awaited<ReturnType<Handlers[Name]>>>;
  };
}
