import type { DuckDBConnection } from "@duckdb/node-api";
import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import type { PlannedEvents } from "../../core/dataset/source-plan.ts";
import type { StreamDefinition } from "../../core/definition/stream-schema.ts";
import { NotFoundError } from "../../core/errors.ts";
import { inParallel } from "../../core/in-parallel.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import { mayBe } from "../dataset/field-types.ts";
import { plannedPath } from "../dataset/plan-sources.ts";
import { openRawFile, type Source } from "../dataset/source-files.ts";
import { unreadable } from "../dataset/unreadable.ts";
import { columnsOf } from "../duckdb/query.ts";
import { sqlName, sqlTexts } from "../duckdb/sql.ts";

/** Raw events of one file of history, or of all files of events that came in. */
export interface EventSource extends Source {
  /** The source in messages. */
  readonly what: string;
  /** Of the objects. */
  readonly keys: readonly string[];
  /** On this machine, in the order of the keys. */
  readonly paths: readonly string[];
  readonly columns: readonly ContractColumn[];
  /** SQL of an event's id as `__id`; NULL where rows have none and each is an event of its own. */
  readonly idSql: string;
  readonly hasId: boolean;
}

interface SourceRequest {
  readonly store: Pick<ObjectStore, "localPath" | "list">;
  readonly stream: StreamDefinition;
  readonly columns: readonly ContractColumn[];
  /** Tells the streams of one database apart. */
  readonly place: number;
  /** The past as it was planned, of any stream. @default what the store has now */
  readonly planned?: readonly PlannedEvents[] | undefined;
}

/** Objects that are fetched at a time: more is no quicker on one function's network. */
const PARALLEL = 16;

/** Streams of one database have as many places for files between them. */
const PLACES = 100_000;

/** History files in their order, then the events that came in, in the order of their coming. */
export async function openEventSources(
  connection: DuckDBConnection,
  request: SourceRequest,
): Promise<readonly EventSource[]> {
  const { stream } = request;
  const sources: EventSource[] = [];
  for (const { name } of stream.history?.files ?? []) {
    sources.push(await openHistory(connection, request, name, sources.length));
  }
  const arrived = await openArrived(connection, request);
  return arrived === undefined ? sources : [...sources, arrived];
}

async function openHistory(
  connection: DuckDBConnection,
  { store, stream, columns, place, planned }: SourceRequest,
  file: string,
  index: number,
): Promise<EventSource> {
  const key = storageKeys.streamHistory(stream.name, file);
  const what = `history file ${file} of stream ${stream.name}`;
  const known = planned?.find((object) => object.key === key);
  const path = known
    ? await plannedPath(store, { ...known, name: file }, `history of stream ${stream.name}`)
    : await store.localPath(key).catch((cause: unknown) => {
        if (!(cause instanceof NotFoundError)) throw cause;
        throw new NotFoundError(`${what} is missing; store it under ${key}`, { cause });
      });
  const { format = "parquet", csv } = stream.history ?? {};
  const rejects = `millrace_event_rejects_${place}_${index}`;
  const raw = { what, path, name: file, format, csv, columns, rejects };
  const opened = await openRawFile(connection, raw);
  const at = (place + 1) * PLACES + index;
  const base = { file, index: at, what, keys: [key], paths: [path] };
  const id = idColumn(stream, columns, opened.types);
  if (id === undefined) {
    return { ...base, ...opened, columns, idSql: "NULL AS __id", hasId: false };
  }
  const withId = [...columns.filter(({ name }) => name !== id.name), id];
  // opening json lines fills their table of rejects: a second time needs one of its own
  const again = { ...raw, columns: withId, rejects: `${rejects}_with_id` };
  const reopened = await openRawFile(connection, again);
  return { ...base, ...reopened, columns: withId, idSql: idSql(stream), hasId: true };
}

const idSql = ({ id }: StreamDefinition) => `${sqlName(id)}::VARCHAR AS __id`;

/** The id as a column that may be missing; absent where the file has no such. */
function idColumn(
  { id }: StreamDefinition,
  columns: readonly ContractColumn[],
  types: ReadonlyMap<string, string>,
): ContractColumn | undefined {
  const type = types.get(id);
  if (type === undefined) return undefined;
  const known = columns.find(({ name }) => name === id);
  if (known !== undefined) return known;
  const isText = type === "JSON" || mayBe("category", type);
  return {
    name: id,
    type: isText ? "category" : "integer",
    role: "entity",
    required: false,
    maxLength: 10_000,
  };
}

async function openArrived(
  connection: DuckDBConnection,
  { store, stream, columns, place, planned }: SourceRequest,
): Promise<EventSource | undefined> {
  const below = storageKeys.streamArrivals(stream.name);
  const arrived: { readonly key: string; readonly etag?: string }[] =
    planned?.filter(({ key }) => key.startsWith(below)) ?? [];
  if (planned === undefined) for await (const { key } of store.list(below)) arrived.push({ key });
  if (arrived.length === 0) return undefined;
  const keys = arrived.map(({ key }) => key);
  const what = `events of stream ${stream.name}`;
  const paths = await inParallel(arrived, PARALLEL, ({ key, etag }) => store.localPath(key, etag));
  const relation = `read_parquet(${sqlTexts(paths)}, union_by_name = true, hive_partitioning = false)`;
  const types = await columnsOf(connection, `FROM ${relation}`).catch((cause: unknown) => {
    throw unreadable(what, cause);
  });
  const id = idColumn(stream, columns, types);
  const all = [...columns.filter(({ name }) => name !== id?.name), ...(id ? [id] : [])];
  // A field that is younger than every file of events is missing in all of them.
  const selected = all.map(({ name }) =>
    types.has(name) ? sqlName(name) : `NULL::VARCHAR AS ${sqlName(name)}`,
  );
  const query = `SELECT ${selected.join(", ")} FROM ${relation}${types.has("received_at") ? " ORDER BY received_at" : ""}`;
  return {
    ...{ file: what, what, keys, paths, types, query, queryAgain: query, columns: all },
    index: (place + 1) * PLACES + PLACES - 1,
    idSql: id === undefined ? "NULL AS __id" : idSql(stream),
    hasId: id !== undefined,
  };
}
