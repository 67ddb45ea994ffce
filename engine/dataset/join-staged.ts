import type { PrepareRequest } from "../../core/dataset/prepare-dataset.ts";
import type { StagedFile, StagedPart } from "../../core/dataset/staged-file.ts";
import { NotFoundError } from "../../core/errors.ts";
import { inParallel } from "../../core/in-parallel.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import { checkedPath } from "../checked-path.ts";
import { sqlTexts } from "../duckdb/sql.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import type { CheckedRows } from "./quarantine.ts";
import { sourceFileName } from "./source-files.ts";
import { STAGED } from "./stage-rows.ts";
import { storedReport } from "./stage-source.ts";

/** Objects that are fetched at a time: more is no quicker on one function's network. */
const PARALLEL = 16;

type UsableFile = Extract<StagedFile, { readonly rows: unknown }>;
type UselessFile = Extract<StagedFile, { readonly error: unknown }>;

/**
 * Takes up the rows of every source file from where `stage-source` stored them, as a view: they are
 * read from this machine's disk, split by split, and never all in memory.
 *
 * @throws {NotFoundError} if a file has not been staged.
 * @throws {IntegrityError} if a stored part is not the one that its report names.
 * @throws the error of the first file that cannot be used, by its name; the message says how many more
 */
export async function joinStaged(
  { connection }: Duckdb,
  { store, loaded: { definition }, runId }: PrepareRequest,
): Promise<CheckedRows> {
  const indexes = [...definition.source.files.keys()];
  const keyOf = (index: number) => storageKeys.staged(definition.name, runId, index);
  const reports = await inParallel(indexes, PARALLEL, async (index) => {
    const report = await storedReport(store, keyOf(index));
    if (report) return report;
    const file = sourceFileName(definition, index);
    throw new NotFoundError(`source file ${file} has not been staged in run ${runId}`);
  });
  const files = usable(reports);
  const pathsOf = async (partOf: (file: UsableFile) => StagedPart | undefined) => {
    const paths = await inParallel(indexes, PARALLEL, async (index) => {
      const part = partOf(files[index] as UsableFile);
      if (!part) return [];
      const remedy = "start the run again";
      return [await checkedPath(store, `${keyOf(index)}/${part.name}`, { ...part, remedy })];
    });
    return paths.flat();
  };
  const quarantinePaths = await pathsOf(({ quarantine }) => quarantine);
  const rowPaths = await pathsOf(({ rows }) => rows);
  await connection.run(`CREATE VIEW ${STAGED} AS FROM read_parquet(${sqlTexts(rowPaths)})`);
  return {
    read: files.reduce((sum, { read }) => sum + read, 0),
    broken: files.reduce((sum, { broken }) => sum + broken, 0),
    quarantinePaths,
  };
}

function usable(reports: readonly StagedFile[]): readonly UsableFile[] {
  const useless = reports.filter((report): report is UselessFile => "error" in report);
  const [first, ...others] = useless;
  if (!first) return reports.filter((report): report is UsableFile => "rows" in report);
  const { name, message } = first.error;
  const more = others.map(({ file }) => file);
  const shown = [...more.slice(0, 5), ...(more.length > 5 ? ["…"] : [])].join(", ");
  const rest =
    more.length === 0
      ? ""
      : `; of ${reports.length} files ${more.length} more cannot be used: ${shown}`;
  // States catch by name, so the error keeps the one that it had where the file was read.
  throw Object.assign(new Error(`${message}${rest}`), { name });
}
