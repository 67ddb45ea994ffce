import { heavyFunction } from "./heavy-functions.ts";
import type { IsolatedAnswer } from "./isolated-function.ts";
import type { LocalEnvironment } from "./local-environment.ts";

/** Entry of a function's own process: one message in, one message out. */
interface Order {
  readonly input: unknown;
  readonly environment: LocalEnvironment;
}

// the platform is gone: so is whoever wanted the answer
process.once("disconnect", () => process.exit(0));

process.once("message", async ({ input, environment }: Order) => {
  const answer = await run(process.argv[2] ?? "", input, environment);
  process.send?.(answer, () => process.disconnect());
});

async function run(
  name: string,
  input: unknown,
  environment: LocalEnvironment,
): Promise<IsolatedAnswer> {
  try {
    const handle = await heavyFunction(name, environment);
    const output = await handle(input);
    return { output, peakMemoryBytes: peakMemoryBytes() };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const { name: errorName, message, stack } = error;
    return {
      error: { name: errorName, message, ...(stack === undefined ? {} : { stack }) },
      peakMemoryBytes: peakMemoryBytes(),
    };
  }
}

/** maxRSS is in kilobytes on every platform (Node documentation, process.resourceUsage). */
function peakMemoryBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}
