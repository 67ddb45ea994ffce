import { isSourceObject } from "../dataset/source-plan.ts";
import type { StoredDefinition } from "../definition/model-definition.ts";
import { storageKeys } from "../storage-keys.ts";

/** A file of a model's source. */
export interface SourceFile {
  readonly model: string;
  /** Below `sources/<model>/`. */
  readonly file: string;
}

const PARTS = /^([^/]+)\/(.+)$/s;

/**
 * What a key below `sources/` names.
 *
 * @returns `undefined` for every other key: what Millrace itself writes lies elsewhere
 */
export function sourceFileOf(key: string): SourceFile | undefined {
  const root = storageKeys.source("", "").slice(0, -1);
  if (!key.startsWith(root)) return undefined;
  const [, model, file] = PARTS.exec(key.slice(root.length)) ?? [];
  return model === undefined || file === undefined ? undefined : { model, file };
}

/**
 * Whether a run reads a file: it is named by the definition, or lies below its prefix and is a file of rows.
 *
 * @param file below `sources/<model>/`
 */
export function readsFile(
  { files, prefix }: Pick<StoredDefinition["source"], "files" | "prefix">,
  file: string,
): boolean {
  if (files.some(({ name }) => name === file)) return true;
  return prefix !== undefined && file.startsWith(prefix) && isSourceObject(file);
}

/** Whether files that come to lie in a model's source start a run. */
export const startsByNewData = ({
  source,
}: {
  readonly source: Pick<StoredDefinition["source"], "newData">;
}): boolean => source.newData === "start-run";
