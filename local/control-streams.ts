import { z } from "zod";
import { parseMessage } from "../core/run/parse-message.ts";
import { featureCatalogue, showFeature } from "../engine/streams/feature-catalogue.ts";
import { type ControlCall, found } from "./control-call.ts";

const backfillBody = z.strictObject({
  fromMs: z.number().optional(),
  untilMs: z.number().optional(),
  by: z.string().min(1).max(200).default("local"),
});

/** A catalogue is small; its files are read on one thread, beside predictions. */
const DUCKDB = { memoryLimit: "256MB", threads: 1 };

/** What streams and features there are, and how their state is filled. */
export const STREAM_CALLS: readonly (readonly [string, string, ControlCall])[] = [
  ["GET", "/api/streams", async ({ registry }) => found(await registry.streams())],
  [
    "GET",
    "/api/streams/:",
    async ({ registry }, [stream = ""]) =>
      found({
        ...(await registry.stream(stream)),
        changes: await registry.streamChanges(stream),
      }),
  ],
  [
    "POST",
    "/api/streams/:/backfills",
    async ({ registry, backfill }, [stream = ""], { body }) => {
      const order = parseMessage(backfillBody, body);
      await registry.stream(stream);
      return found(await backfill({ stream, ...order }));
    },
  ],
  ["GET", "/api/features", async (deps) => found(await featureCatalogue(deps))],
  [
    "GET",
    "/api/features/:",
    async (deps, [feature = ""]) => found(await showFeature(deps, DUCKDB, feature)),
  ],
];
