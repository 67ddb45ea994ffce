import type { LoadedDefinition } from "../definition/loaded-definition.ts";
import { NotFoundError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { StartExecution } from "../ports/executions.ts";
import type { Registry } from "../registry/registry.ts";
import { judgeNewData } from "./judge-new-data.ts";
import type { ObjectNotice } from "./object-notice.ts";
import { readsFile, sourceFileOf, startsByNewData } from "./source-keys.ts";

export interface NoticeNewDataDeps {
  readonly registry: Pick<Registry, "model" | "runs">;
  readonly loadDefinition: (
    model: string,
    digest: string,
  ) => Promise<Pick<LoadedDefinition, "definition">>;
  readonly startTraining: StartExecution;
  /** Hex digest of a text. */
  readonly sha256: (text: string) => string;
  readonly clock: Clock;
  readonly log: (line: object) => void;
}

/**
 * Starts a run of each model that has new data and asks for one.
 *
 * All files of a model are told by the newest of them: when that was read, so were the others. While a
 * run is under way, that one notice waits, and the others are done with. Being told twice, late or in
 * another order changes nothing.
 *
 * @returns ids of notices to be told again later
 * @throws whatever kept a model from being looked at, after all the others were
 */
export type NoticeNewData = (notices: readonly ObjectNotice[]) => Promise<readonly string[]>;

export function newDataNoticer(deps: NoticeNewDataDeps): NoticeNewData {
  return async (notices) => {
    const asked = await Promise.allSettled(
      [...byModel(notices)].map(([model, files]) => noticeModel(deps, model, files)),
    );
    const failed = asked.find((one) => one.status === "rejected");
    if (failed) throw failed.reason;
    return asked.filter((one) => one.status === "fulfilled").flatMap(({ value }) => value);
  };
}

interface FileNotice extends ObjectNotice {
  readonly file: string;
}

function byModel(notices: readonly ObjectNotice[]): ReadonlyMap<string, readonly FileNotice[]> {
  const found = notices.flatMap((notice) => {
    const named = sourceFileOf(notice.key);
    return named ? [{ ...notice, ...named }] : [];
  });
  return Map.groupBy(found, ({ model }) => model);
}

async function noticeModel(
  deps: NoticeNewDataDeps,
  model: string,
  notices: readonly FileNotice[],
): Promise<readonly string[]> {
  const source = await askingSource(deps, model);
  const read = source ? notices.filter(({ file }) => readsFile(source, file)) : [];
  const [first, ...others] = read;
  if (!first) return [];
  const newest = others.reduce((a, b) => (Date.parse(b.at) > Date.parse(a.at) ? b : a), first);
  const next = judgeNewData(await deps.registry.runs(model), newest.at, deps.clock());
  if (next.step === "start") await startRun(deps, model, { after: next.after, at: newest.at });
  deps.log({ level: "info", newData: model, files: read.length, newest: newest.key, ...next });
  return next.step === "wait" ? [newest.id] : [];
}

/** `undefined` where there is no such model, or new data starts no run of it. */
async function askingSource({ registry, loadDefinition }: NoticeNewDataDeps, model: string) {
  const digest = await definitionOf(registry, model);
  if (digest === undefined) return undefined;
  const { definition } = await loadDefinition(model, digest);
  return startsByNewData(definition) ? definition.source : undefined;
}

/** `undefined` where there is no such model: anybody may store a file below any name. */
async function definitionOf(
  registry: NoticeNewDataDeps["registry"],
  model: string,
): Promise<string | undefined> {
  try {
    return (await registry.model(model)).definitionDigest;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/**
 * The run's name follows from the last run, so that two who are told at the same time, before the run is
 * in the registry, start one. Where a run of that name has ended and left no record, the name follows
 * from the data as well: what failed so once must not keep later data from a run.
 */
async function startRun(
  { startTraining, sha256, log }: NoticeNewDataDeps,
  model: string,
  { after, at }: { readonly after: string | undefined; readonly at: string },
): Promise<void> {
  const input = { model, reason: "new-data", requestedBy: "new-data" };
  const named = (...parts: readonly (string | undefined)[]) =>
    `new-data-${sha256(JSON.stringify([model, ...parts])).slice(0, 32)}`;
  if ((await startTraining(named(after), input)) === "running") return;
  if ((await startTraining(named(after, at), input)) === "running") return;
  log({ level: "warn", newData: model, message: "the run for this data failed before it began" });
}
