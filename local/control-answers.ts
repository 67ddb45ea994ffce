import { InvalidInputError, NotFoundError } from "../core/errors.ts";
import { parseQualityReport } from "../core/quality/quality-report.ts";
import { parseRunReport, type RunReport } from "../core/run/run-report.ts";
import { storageKeys } from "../core/storage-keys.ts";
import { modelUsage } from "../engine/usage/model-usage.ts";
import {
  aliasName,
  type ControlAnswer,
  type ControlApiDeps,
  found,
  LONGEST_NAME,
} from "./control-call.ts";

export async function listModels({ registry, executions }: ControlApiDeps): Promise<ControlAnswer> {
  const models = await registry.models();
  const aliases = await Promise.all(models.map(({ model }) => registry.aliases(model)));
  const running = executions.running();
  return found(
    models.map((record, i) => ({
      ...record,
      aliases: aliases[i],
      running: running.filter(({ model }) => model === record.model),
    })),
  );
}

export async function showModel(
  { registry, executions }: ControlApiDeps,
  [model = ""]: readonly string[],
): Promise<ControlAnswer> {
  const record = await registry.model(model);
  const aliases = await registry.aliases(model);
  const running = executions.running().filter((execution) => execution.model === model);
  return found({ ...record, aliases, running });
}

export async function showAlias(
  { registry }: ControlApiDeps,
  [model = "", alias]: readonly string[],
  { query }: { readonly query: URLSearchParams },
): Promise<ControlAnswer> {
  const at = query.get("at") ?? undefined;
  const name = aliasName(alias);
  if (at === undefined) {
    const record = (await registry.aliases(model)).find((other) => other.alias === name);
    if (!record) throw new NotFoundError(`${model} has no ${name}`);
    return found(record);
  }
  if (Number.isNaN(Date.parse(at))) {
    throw new InvalidInputError(`at is an instant in ISO 8601, got ${JSON.stringify(at)}`);
  }
  const version = await registry.aliasAt(model, name, new Date(at).toISOString());
  return found({ model, alias: name, at, version: version ?? null });
}

export async function showRun(
  { registry, executions }: ControlApiDeps,
  [model = "", runId = ""]: readonly string[],
): Promise<ControlAnswer> {
  if (runId.length > LONGEST_NAME) throw new NotFoundError("no run has so long an id");
  const started = executions.find(runId);
  const execution = started?.model === model ? started : undefined;
  const run = await registry.run(model, runId).catch((error: Error) => {
    // the execution is there a moment before its first state has written the record
    if (execution && error instanceof NotFoundError) return undefined;
    throw error;
  });
  return found({ run: run ?? null, execution: execution ?? null });
}

/** The candidates of a run, best first; none before it was evaluated. */
export async function showLeaderboard(
  { registry, store }: ControlApiDeps,
  [model = "", runId = ""]: readonly string[],
): Promise<ControlAnswer> {
  return found((await reportOf({ registry, store }, model, runId))?.leaderboard ?? []);
}

/** What a run's evaluation found; null before it was evaluated. */
export async function showReport(
  deps: ControlApiDeps,
  [model = "", runId = ""]: readonly string[],
): Promise<ControlAnswer> {
  return found(await reportOf(deps, model, runId));
}

/** What the data of a run was like. @throws {NotFoundError} where the run has no report of it. */
export async function showQuality(
  { registry, store }: ControlApiDeps,
  [model = "", runId = ""]: readonly string[],
): Promise<ControlAnswer> {
  if (runId.length > LONGEST_NAME) throw new NotFoundError("no run has so long an id");
  await registry.run(model, runId);
  const bytes = await store.get(storageKeys.quality(model, runId));
  return found(parseQualityReport(bytes, { model, runId }));
}

async function reportOf(
  { registry, store }: Pick<ControlApiDeps, "registry" | "store">,
  model: string,
  runId: string,
): Promise<RunReport | null> {
  if (runId.length > LONGEST_NAME) throw new NotFoundError("no run has so long an id");
  await registry.run(model, runId);
  try {
    return parseRunReport(await store.get(storageKeys.runReport(model, runId)));
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    throw error;
  }
}

/** What a model keeps and how long its predictions and its last drift check took: of a cost's quantities. */
export async function showUsage(
  { store, executions }: ControlApiDeps,
  [model = ""]: readonly string[],
): Promise<ControlAnswer> {
  const check = executions.lastSucceeded("monitoring", model);
  const state = check?.states.find((known) => known.state === "CheckDrift");
  const durationMs = state?.endedAt === undefined ? undefined : state.endedAt - state.startedAt;
  const usage = await modelUsage(store, model);
  return found({ ...usage, check: durationMs === undefined ? null : { durationMs } });
}
