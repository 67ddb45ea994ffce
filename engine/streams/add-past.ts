import type { DuckDBConnection } from "@duckdb/node-api";
import type { StreamDefinition } from "../../core/definition/stream-schema.ts";
import { entityKindName, entityKinds } from "../../core/features/entity-kind.ts";
import type { EventValue, FeatureStore, StreamEvent } from "../../core/features/feature-store.ts";
import { queryNumber } from "../duckdb/query.ts";
import { sqlName } from "../duckdb/sql.ts";
import { usedFields } from "../features/used-fields.ts";

/** Events of one call of the store. */
const BATCH = 5_000;

export interface AddPastDeps {
  readonly features: Pick<FeatureStore, "add">;
  readonly onProgress: (done: number, of: number) => void;
}

/** The past of a stream: a table of `loadStreamEvents`, with a condition. */
interface Past {
  readonly stream: StreamDefinition;
  readonly table: string;
}

/**
 * Adds every event of a table to the state, one kind of entity after another and in order of the entity:
 * so the state of each is written about once, not once for each batch of events that it occurs in.
 *
 * @returns events; those new to a kind of entity; those too late for one; the others, which were there
 */
export async function addPast(deps: AddPastDeps, connection: DuckDBConnection, past: Past) {
  const of = await queryNumber(connection, `SELECT count(*) FROM ${past.table}`);
  const kinds = entityKinds(past.stream);
  let added = 0;
  let tooLate = 0;
  for (const [i, { name, fields }] of kinds.entries()) {
    const onDone = (done: number) =>
      deps.onProgress(Math.floor((i * of + done) / kinds.length), of);
    const stream = ofKind(past.stream, name);
    const counts = await addKind(deps.features, connection, { ...past, stream, fields, onDone });
    added = Math.max(added, counts.added);
    tooLate = Math.max(tooLate, counts.tooLate);
  }
  deps.onProgress(of, of);
  return { events: of, added, duplicates: Math.max(0, of - added - tooLate), tooLate };
}

/** The stream with the features of one kind of entity only. */
const ofKind = (stream: StreamDefinition, kind: string): StreamDefinition => ({
  ...stream,
  features: Object.fromEntries(
    Object.entries(stream.features).filter(([, feature]) => entityKindName(feature) === kind),
  ),
});

async function addKind(
  features: AddPastDeps["features"],
  connection: DuckDBConnection,
  {
    stream,
    table,
    fields,
    onDone,
  }: Past & { readonly fields: readonly string[]; readonly onDone: (done: number) => void },
) {
  const columns = usedFields(stream);
  const selected = columns.map(({ name, type }) =>
    type === "timestamp" ? `epoch_ms(${sqlName(name)})` : sqlName(name),
  );
  const key = fields.map(sqlName);
  const hasKey = key.map((name) => `${name} IS NOT NULL`).join(" AND ");
  // rows of history without an id are told apart by their place, which every reading finds the same
  const rows = await connection.stream(
    `SELECT coalesce(__id, 'history:' || rowid), __ms, ${selected.join(", ")} FROM ${table} AND ${hasKey}
     ORDER BY ${key.join(", ")}, __ms, rowid`,
  );
  const counts = { added: 0, tooLate: 0 };
  let done = 0;
  let waiting: StreamEvent[] = [];
  const flush = async () => {
    if (waiting.length === 0) return;
    const result = await features.add(stream, waiting);
    counts.added += result.added;
    counts.tooLate += result.tooLate;
    done += waiting.length;
    waiting = [];
    onDone(done);
  };
  for (;;) {
    const chunk = await rows.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    for (const row of chunk.getRows()) waiting.push(eventOf(row, columns));
    if (waiting.length >= BATCH) await flush();
  }
  await flush();
  return counts;
}

function eventOf(
  [id, timeMs, ...values]: readonly unknown[],
  columns: readonly { readonly name: string }[],
): StreamEvent {
  const named = columns.map(({ name }, i) => [name, plain(values[i])] as const);
  return { id: String(id), timeMs: Math.floor(Number(timeMs)), values: Object.fromEntries(named) };
}

/** BIGINT comes as bigint. */
const plain = (value: unknown): EventValue =>
  typeof value === "bigint" ? Number(value) : ((value ?? null) as EventValue);
