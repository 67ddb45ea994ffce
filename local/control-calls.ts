import { batchProgress } from "../core/batch/batch-progress.ts";
import { InvalidInputError, NotFoundError } from "../core/errors.ts";
import {
  listModels,
  showAlias,
  showLeaderboard,
  showModel,
  showQuality,
  showReport,
  showRun,
  showUsage,
} from "./control-answers.ts";
import { type ControlCall, found } from "./control-call.ts";
import { DEPLOYMENT_CALLS } from "./control-deployments.ts";
import { moveAlias, startBatch, startCheck, startRun } from "./control-orders.ts";
import { STREAM_CALLS } from "./control-streams.ts";
import { TOKEN_CALLS } from "./control-tokens.ts";
import type { Execution, Executions } from "./executions.ts";
import { definitionOf, lastDriftReport } from "./stored-answers.ts";

/** Method and path; `:` parts are handed to the call in their order. */
export const CONTROL_CALLS: readonly (readonly [string, string, ControlCall])[] = [
  ["GET", "/api/platform", async ({ home }) => found({ home })],
  ["GET", "/api/models", listModels],
  ["GET", "/api/models/:", showModel],
  [
    "GET",
    "/api/models/:/versions",
    async ({ registry }, [model = ""]) => found(await registry.versions(model)),
  ],
  [
    "GET",
    "/api/models/:/versions/:",
    async ({ registry }, [model = "", version]) =>
      found(await registry.version(model, wholeNumber(version))),
  ],
  [
    "GET",
    "/api/models/:/events",
    async ({ registry }, [model = ""]) => found(await registry.events(model, 200)),
  ],
  ["GET", "/api/models/:/aliases/:", showAlias],
  ["PUT", "/api/models/:/aliases/:", moveAlias],
  [
    "GET",
    "/api/models/:/runs",
    async ({ registry }, [model = ""]) => found(await registry.runs(model)),
  ],
  ["POST", "/api/models/:/runs", startRun],
  ["GET", "/api/models/:/runs/:", showRun],
  ["GET", "/api/models/:/runs/:/leaderboard", showLeaderboard],
  ["GET", "/api/models/:/runs/:/quality", showQuality],
  ["GET", "/api/models/:/runs/:/report", showReport],
  ["POST", "/api/models/:/checks", startCheck],
  ["POST", "/api/models/:/batches", startBatch],
  [
    "GET",
    "/api/models/:/batches/:",
    async ({ store }, [model = "", name = ""]) => found(await batchProgress(store, model, name)),
  ],
  [
    "GET",
    "/api/models/:/definition",
    async (deps, [model = ""], { query }) =>
      found(await definitionOf(deps, model, query.get("digest") ?? undefined)),
  ],
  [
    "GET",
    "/api/models/:/reports/drift",
    async (deps, [model = ""]) => found(await lastDriftReport(deps, model)),
  ],
  ["GET", "/api/models/:/usage", showUsage],
  ...DEPLOYMENT_CALLS,
  ...STREAM_CALLS,
  ...TOKEN_CALLS,
  ["GET", "/api/alerts", async ({ recentAlerts }) => found(await recentAlerts())],
  [
    "GET",
    "/api/executions/:",
    async ({ executions }, [name = ""]) => found(known(executions, name)),
  ],
];

function wholeNumber(text: string | undefined): number {
  const value = Number(text);
  if (!Number.isInteger(value)) {
    throw new InvalidInputError(`a version is a whole number, got ${JSON.stringify(text)}`);
  }
  return value;
}

function known(executions: Executions, name: string): Execution {
  const execution = executions.find(name);
  if (!execution) throw new NotFoundError(`no execution ${name} since the platform was started`);
  return execution;
}
