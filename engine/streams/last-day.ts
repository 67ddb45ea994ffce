import type { KindActivity, StreamActivity } from "../../core/cost/stream-cost.ts";
import type { StreamDefinition } from "../../core/definition/stream-schema.ts";
import { entityKinds } from "../../core/features/entity-kind.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import { queryRows } from "../duckdb/query.ts";
import { sqlName, sqlTexts } from "../duckdb/sql.ts";
import { type DuckdbOptions, withDuckdb } from "../duckdb/with-duckdb.ts";

/** How recent the events of a stream are: of the last day in which any came in. */
export interface StreamFreshness {
  /** Day of arrival, YYYY-MM-DD, UTC. */
  readonly date: string;
  /** Events that came in on it. */
  readonly events: number;
  readonly newestEvent: string;
  readonly newestArrival: string;
}

/** Column that the file of an event is read into. */
const FILE = "__file";

export interface LastDay {
  readonly freshness: StreamFreshness;
  readonly activity: StreamActivity;
}

/**
 * What the archive tells of the last day in which events came in. A day that is not over yet counts as
 * it is.
 *
 * @returns `undefined` if no event came in yet
 */
export async function lastDayOf(
  store: Pick<ObjectStore, "list" | "localPath">,
  stream: StreamDefinition,
  duckdb: DuckdbOptions,
): Promise<LastDay | undefined> {
  let date: string | undefined;
  let files: { readonly key: string; readonly sizeBytes: number }[] = [];
  for await (const file of store.list(storageKeys.streamArrivals(stream.name))) {
    // keys come in order of day and hour
    const day = /\/date=([\d-]{10})\//.exec(file.key)?.[1];
    if (day !== date) files = [];
    date = day;
    files.push(file);
  }
  if (date === undefined) return undefined;
  const paths = await Promise.all(files.map(({ key }) => store.localPath(key)));
  const { events, newest, arrival, ...counted } = await countedIn(stream, paths, duckdb);
  return {
    freshness: {
      ...{ date, events },
      newestEvent: new Date(newest).toISOString(),
      newestArrival: new Date(arrival).toISOString(),
    },
    activity: {
      ...{ events, ...counted, files: files.length },
      fileBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    },
  };
}

async function countedIn(
  stream: StreamDefinition,
  paths: readonly string[],
  duckdb: DuckdbOptions,
) {
  const id = sqlName(stream.id);
  const time = sqlName(stream.eventTime);
  const kinds = entityKinds(stream);
  const counts = kinds.flatMap(({ fields }) => {
    const key = fields.map(sqlName).join(", ");
    const known = fields.map((field) => `${sqlName(field)} IS NOT NULL`).join(" AND ");
    return [
      `count(DISTINCT (${key})) FILTER (${known})`,
      `count(DISTINCT (${FILE}, ${key})) FILTER (${known})`,
    ];
  });
  const [row] = await withDuckdb(duckdb, ({ connection }) =>
    queryRows(
      connection,
      `SELECT count(DISTINCT (${id}, ${time})), epoch_ms(max(${time})), epoch_ms(max(received_at)),
         count(DISTINCT received_at), sum(strlen(json_merge_patch(to_json(event), '{"${FILE}": null}')::VARCHAR))${counts.map((count) => `, ${count}`).join("")}
       FROM read_parquet(
         ${sqlTexts(paths)}, union_by_name = true, hive_partitioning = false, filename = '${FILE}'
       ) AS event`,
    ),
  );
  const [events = 0, newest = 0, arrival = 0, messages = 0, messageBytes = 0, ...ofKinds] = (
    row ?? []
  ).map(Number);
  const activityOf = (i: number): KindActivity => ({
    entities: ofKinds[2 * i] ?? 0,
    updates: ofKinds[2 * i + 1] ?? 0,
  });
  const kindCounts = kinds.map(({ name }, i) => [name, activityOf(i)] as const);
  return {
    ...{ events, newest, arrival, messages, messageBytes },
    kinds: Object.fromEntries(kindCounts),
  };
}
