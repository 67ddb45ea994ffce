import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { StoredDefinition } from "../core/definition/model-definition.ts";
import { ConflictError } from "../core/errors.ts";
import { readsFile, startsByNewData } from "../core/sources/source-keys.ts";

/** How often the folders are looked at. */
const POLL_MS = 5_000;
/** Looks without a change before a run starts, so that files that come together make one run. */
const SETTLED_LOOKS = 2;

export interface WatchDeps {
  /** Every file that a model's runs read, with its size and time: equal texts are equal files. */
  readonly look: (definition: StoredDefinition) => Promise<string>;
  /** @throws {ConflictError} if a run of the model is under way */
  readonly start: (model: string) => void;
  readonly log: (line: object) => void;
}

interface Watched {
  readonly model: string;
  /** What a run has been started for, or what was there at first. */
  known: string;
  seen: string;
  quietLooks: number;
}

/**
 * Looks at the sources of models whose definitions say `newData: "start-run"`. What is there at first is
 * known. Once files have changed and then stayed the same for two looks, one run starts; while a run of
 * the model is under way it is tried again at every look, so that no file is left out.
 *
 * @returns one look at every model; each call is one
 */
export function newDataWatcher(
  definitions: readonly StoredDefinition[],
  deps: WatchDeps,
): () => Promise<void> {
  const watched = new Map<string, Watched>();
  const asking = definitions.filter(startsByNewData);
  return async () => {
    for (const definition of asking) {
      const { name: model } = definition;
      const found = await deps.look(definition);
      const before = watched.get(model);
      if (before === undefined) {
        watched.set(model, { model, known: found, seen: found, quietLooks: 0 });
      } else judge(before, found, deps);
    }
  };
}

function judge(watched: Watched, found: string, { start, log }: WatchDeps): void {
  watched.quietLooks = found === watched.seen ? watched.quietLooks + 1 : 0;
  watched.seen = found;
  if (found === watched.known || watched.quietLooks < SETTLED_LOOKS) return;
  try {
    start(watched.model);
    watched.known = found;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    log({ level: "info", newData: watched.model, waits: error.message });
  }
}

/**
 * Names, sizes and times of change of files below a folder; empty where there is none.
 *
 * @param isRead whether a file is looked at, by its path below the folder
 */
export async function folderState(
  folder: string,
  isRead: (file: string) => boolean,
): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      return [];
    },
  );
  const lines: string[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const file = relative(folder, path);
    const line = isRead(file) ? await fileState(path, file) : undefined;
    if (line !== undefined) lines.push(line);
  }
  return lines.sort().join("\n");
}

/** `undefined` for a file that went away since its folder was listed: the next look does not list it. */
async function fileState(path: string, file: string): Promise<string | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return `${file} ${size} ${mtimeMs}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Looks every 5 seconds, one look at a time, until it is stopped. */
function startWatching(look: () => Promise<void>, log: WatchDeps["log"]): () => void {
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    look()
      .catch((error: unknown) => log({ level: "warn", newData: String(error) }))
      .finally(() => {
        isLooking = false;
      });
  }, POLL_MS);
  return () => clearInterval(timer);
}

/**
 * Starts a training run when files that a model reads come to lie in its sources among the home's objects.
 *
 * @param objects folder of the objects
 * @returns ends the watching
 */
export function watchSources(
  definitions: readonly StoredDefinition[],
  objects: string,
  deps: Pick<WatchDeps, "start" | "log">,
): () => void {
  const look = ({ name, source }: StoredDefinition) =>
    folderState(join(objects, "sources", name), (file) => readsFile(source, file));
  return startWatching(newDataWatcher(definitions, { ...deps, look }), deps.log);
}
