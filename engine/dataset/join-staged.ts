import { type SplitSketches, splitSketchesSchema } from "../../core/dataset/number-sketch.ts";
import type { PrepareRequest } from "../../core/dataset/prepare-dataset.ts";
import type { SourcePlan } from "../../core/dataset/source-plan.ts";
import type { StagedPart, StagedShard } from "../../core/dataset/staged-file.ts";
import { NotFoundError } from "../../core/errors.ts";
import { inParallel } from "../../core/in-parallel.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import { parseStored } from "../../core/stored-json.ts";
import { checkedPath } from "../checked-path.ts";
import { sqlTexts } from "../duckdb/sql.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import { readChecked } from "../read-checked.ts";
import { totalOf } from "./check-source.ts";
import type { CheckedRows } from "./quarantine.ts";
import { mergeSketches } from "./sketch-staged.ts";
import { sourceTypes, typeWords } from "./source-types.ts";
import { STAGED } from "./stage-rows.ts";
import { storedReport } from "./stage-source.ts";

/** Objects that are fetched at a time: more is no quicker on one function's network. */
const PARALLEL = 16;

type UsableShard = Extract<StagedShard, { readonly rows: unknown }>;

/**
 * Takes up the rows of every shard from where `stage-source` stored them, as a view: they are read from
 * this machine's disk, split by split, and never all in memory.
 *
 * @throws {NotFoundError} if a shard has not been staged.
 * @throws {IntegrityError} if a stored part is not the one that its report names.
 * @throws the error of the first file that cannot be used, by its name; the message says how many more
 */
export async function joinStaged(
  { connection }: Duckdb,
  { store, loaded: { definition }, runId }: PrepareRequest,
  plan: SourcePlan,
): Promise<CheckedRows> {
  const indexes = [...plan.shards.keys()];
  const keyOf = (index: number) => storageKeys.staged(definition.name, runId, index);
  const reports = await inParallel(indexes, PARALLEL, async (index) => {
    const report = await storedReport(store, keyOf(index));
    if (report) return report;
    throw new NotFoundError(`shard ${index} of the source has not been staged in run ${runId}`);
  });
  const shards = usable(plan, reports);
  const pathsOf = async (partsOf: (shard: UsableShard) => readonly StagedPart[]) => {
    const parts = shards.flatMap((shard, index) =>
      partsOf(shard).map((part) => ({ part, key: `${keyOf(index)}/${part.name}` })),
    );
    const remedy = "start the run again";
    return inParallel(parts, PARALLEL, ({ part, key }) =>
      checkedPath(store, key, { ...part, remedy }),
    );
  };
  const quarantinePaths = await pathsOf(({ quarantine }) => quarantine);
  const rowPaths = await pathsOf(({ rows }) => [rows]);
  await connection.run(`CREATE VIEW ${STAGED} AS FROM read_parquet(${sqlTexts(rowPaths)})`);
  const files = shards.flatMap((shard) => shard.files);
  const sketches = mergeSketches(
    await inParallel([...shards.entries()], PARALLEL, ([index, shard]) =>
      sketchesOf(store, keyOf(index), shard),
    ),
  );
  // every shard reads the whole past of the streams
  const events = shards[0]?.events;
  return {
    ...{ ...totalOf(files), files, quarantinePaths, ...typesTogether(shards) },
    ...(events && { events }),
    ...(sketches && { sketches }),
  };
}

/** @throws {IntegrityError} if they are not those that the report names. */
async function sketchesOf(
  store: PrepareRequest["store"],
  key: string,
  { sketches }: UsableShard,
): Promise<SplitSketches | undefined> {
  if (sketches === undefined) return undefined;
  const bytes = await readChecked(store, `${key}/${sketches.name}`, sketches.sha256);
  return parseStored(splitSketchesSchema, bytes, "sketches of a shard");
}

/** Nothing where a shard was staged before types were kept. */
function typesTogether(shards: readonly UsableShard[]): Pick<CheckedRows, "types"> {
  const known = shards.flatMap(({ types }) => (types ? [Object.entries(types)] : []));
  return known.length < shards.length ? {} : { types: typeWords(sourceTypes(known)) };
}

function usable(plan: SourcePlan, reports: readonly StagedShard[]): readonly UsableShard[] {
  const useless = reports.flatMap((report) => ("useless" in report ? report.useless : []));
  const [first, ...others] = useless;
  if (!first) return reports.filter((report): report is UsableShard => "rows" in report);
  const { name, message } = first.error;
  const more = others.map(({ file }) => file);
  const shown = [...more.slice(0, 5), ...(more.length > 5 ? ["…"] : [])].join(", ");
  const rest =
    more.length === 0
      ? ""
      : `; of ${plan.objects.length} files ${more.length} more cannot be used: ${shown}`;
  // States catch by name, so the error keeps the one that it had where the file was read.
  throw Object.assign(new Error(`${message}${rest}`), { name });
}
