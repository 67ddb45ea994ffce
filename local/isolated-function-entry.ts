import { setPriority } from "node:os";
import { answerOrder } from "./answer-order.ts";
import { heavyFunction } from "./heavy-functions.ts";

/** Entry of a heavy function's own process; the function's name is its argument. */
// a backfill may take minutes that nobody waits for
if (process.argv[2] === "backfill-stream") setPriority(10);

answerOrder(({ input, context, environment }, log) =>
  heavyFunction(process.argv[2] ?? "", environment, log)(input, context),
);
