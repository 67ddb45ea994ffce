import { z } from "zod";
import { parseMessage } from "../core/run/parse-message.ts";
import { type BackfillDeps, backfillStream } from "../engine/streams/backfill-stream.ts";

export const backfillOrder = z.strictObject({
  stream: z.string().min(1).max(80),
  fromMs: z.number().optional(),
  untilMs: z.number().optional(),
  by: z.string().min(1).max(200).default("local"),
});

/** The task that fills a stream's state, in a process of its own. */
export const backfillTask =
  (deps: Omit<BackfillDeps, "change" | "onProgress">, log: (line: object) => void) =>
  async (event: unknown) => {
    const { stream, fromMs, untilMs, by } = parseMessage(backfillOrder, event);
    let shownAt = 0;
    return backfillStream(
      {
        ...deps,
        change: { by, why: "backfill of the features" },
        onProgress: (done, of) => {
          if (done < of && deps.clock() - shownAt < PROGRESS_MS) return;
          shownAt = deps.clock();
          log({ level: "info", backfill: stream, events: done, of });
        },
      },
      {
        stream,
        ...(fromMs !== undefined && { fromMs }),
        ...(untilMs !== undefined && { untilMs }),
      },
    );
  };

/** Between two lines of progress. */
const PROGRESS_MS = 1_000;
