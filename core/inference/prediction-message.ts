import { z } from "zod";
import { MODEL_NAME } from "../definition/model-name.ts";
import { InvalidInputError } from "../errors.ts";
import { ROUTES } from "../routing/deployment.ts";
import type { PredictionRecord } from "./prediction-record.ts";

/**
 * One message of the prediction queue: the predictions of one request, or of a part of it. The kinds
 * of the model's features go with them, because a column without any value cannot tell its type.
 */
export interface PredictionMessage {
  readonly inputs: Readonly<Record<string, "number" | "category">>;
  readonly records: readonly PredictionRecord[];
}

/**
 * Largest message, but for a single record that is larger. SQS takes 1 MiB a message and 1 MiB a
 * batch since August 2025, 256 KiB before; emulators keep the older limit.
 */
const MESSAGE_BYTES = 200_000;

const encoder = new TextEncoder();

/** Members of a record but its features, in the order that messages have them. */
const MEMBERS = [
  ...["predictionId", "time", "model", "version", "alias", "route", "insteadOf", "requestId"],
  ...["traceId", "caller", "score", "label", "predictedClass", "rule", "fallbacks"],
  ...["sampleRate", "latencyMs"],
] as readonly Exclude<keyof PredictionRecord, "features">[];

/**
 * Bodies of as few messages as hold the records, in columns: what all rows of a request have in common is
 * written once, and no name twice.
 */
export function predictionMessages({ inputs, records }: PredictionMessage): readonly string[] {
  if (records.length === 0) return [];
  const body = JSON.stringify({ inputs, rows: records.length, ...inColumns(records) });
  const { byteLength } = encoder.encode(body);
  if (byteLength <= MESSAGE_BYTES || records.length === 1) return [body];
  const rows = Math.ceil(records.length / Math.ceil(byteLength / MESSAGE_BYTES));
  return Array.from({ length: Math.ceil(records.length / rows) }, (_, part) =>
    predictionMessages({ inputs, records: records.slice(part * rows, (part + 1) * rows) }),
  ).flat();
}

/** Records as columns: a member that is the same in all of them under `shared`, null where a record has none. */
interface Columns {
  readonly shared: Readonly<Record<string, unknown>>;
  readonly columns: Readonly<Record<string, readonly unknown[]>>;
  readonly features: Readonly<Record<string, readonly unknown[]>>;
}

function inColumns(records: readonly PredictionRecord[]): Columns {
  const first = records[0] as PredictionRecord;
  const shared: Record<string, unknown> = {};
  const columns: Record<string, readonly unknown[]> = {};
  for (const member of MEMBERS) {
    const value = first[member];
    if (records.every((record) => record[member] === value)) shared[member] = value;
    else columns[member] = records.map((record) => record[member] ?? null);
  }
  const names = Object.keys(first.features);
  const features = names.map((name) => [name, records.map((record) => record.features[name])]);
  return { shared, columns, features: Object.fromEntries(features) };
}

const columnsSchema = z
  .object({
    inputs: z.unknown(),
    rows: z.int().min(1),
    shared: z.record(z.string(), z.unknown()),
    columns: z.record(z.string(), z.array(z.unknown())),
    features: z.record(z.string(), z.array(z.unknown())),
  })
  .refine(
    ({ rows, columns, features }) =>
      [columns, features].every((all) => Object.values(all).every(({ length }) => length === rows)),
    { message: "a column has not as many values as there are rows" },
  );

/** The message with records in place of columns. */
function withRecords({ inputs, rows, shared, ...by }: z.infer<typeof columnsSchema>): object {
  const columns = Object.entries(by.columns);
  const features = Object.entries(by.features);
  const records = Array.from({ length: rows }, (_, row) => {
    const own = columns.map(([name, values]) => [name, values[row] ?? undefined]);
    const seen = features.map(([name, values]) => [name, values[row]]);
    return { ...shared, ...Object.fromEntries(own), features: Object.fromEntries(seen) };
  });
  return { inputs, records };
}

const messageSchema = z.object({
  inputs: z.record(z.string(), z.enum(["number", "category"])),
  records: z
    .array(
      z.object({
        predictionId: z.string().min(1),
        time: z.iso.datetime(),
        // It becomes part of an object key.
        model: z.string().regex(MODEL_NAME.pattern),
        // 0: the model's fallback
        version: z.int().min(0),
        alias: z.string(),
        route: z.enum(ROUTES).optional(),
        insteadOf: z.int().positive().optional(),
        requestId: z.string(),
        traceId: z.string().optional(),
        features: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
        score: z.number(),
        fallbacks: z.array(z.string()).optional(),
        label: z.int().optional(),
        predictedClass: z.string().optional(),
        rule: z.string().optional(),
        caller: z.string().optional(),
        sampleRate: z.number().gt(0).max(1).optional(),
        latencyMs: z.number(),
      }),
    )
    .min(1),
});

/**
 * Also of messages with `records`, as Millrace sent them before.
 *
 * @throws {InvalidInputError} if the text is no such message.
 */
export function parsePredictionMessage(body: string): PredictionMessage {
  const value = parsedJson(body);
  const isOlder = typeof value === "object" && value !== null && "records" in value;
  return checked(messageSchema, isOlder ? value : withRecords(checked(columnsSchema, value)));
}

function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new InvalidInputError(`prediction message is no JSON: ${String(cause)}`, { cause });
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({
    path: path.join("."),
    message,
  }));
  const first = issues[0];
  throw new InvalidInputError(`prediction message is wrong: ${first?.path}: ${first?.message}`, {
    issues,
  });
}
