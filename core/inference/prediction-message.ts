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

/** Bodies of as few messages as hold the records. */
export function predictionMessages({ inputs, records }: PredictionMessage): readonly string[] {
  const head = `{"inputs":${JSON.stringify(inputs)},"records":[`;
  const bodies: string[] = [];
  let part: string[] = [];
  let bytes = 0;
  const close = () => {
    if (part.length > 0) bodies.push(`${head}${part.join(",")}]}`);
    part = [];
    bytes = encoder.encode(head).byteLength + 2;
  };
  close();
  for (const record of records) {
    const text = JSON.stringify(record);
    const size = encoder.encode(text).byteLength + 1;
    if (bytes + size > MESSAGE_BYTES) close();
    part.push(text);
    bytes += size;
  }
  close();
  return bodies;
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

/** @throws {InvalidInputError} if the text is no such message. */
export function parsePredictionMessage(body: string): PredictionMessage {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new InvalidInputError(`prediction message is no JSON: ${String(cause)}`, { cause });
  }
  const parsed = messageSchema.safeParse(value);
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
