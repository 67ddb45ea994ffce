import { setTimeout as wait } from "node:timers/promises";
import { runChild } from "../../fixtures/e2e/child.ts";
import { type Cloud, cloudEnvironment, REGION } from "../cloud.ts";
import { postEvents, predict } from "../predictions.ts";
import { STACK, stackOutputs } from "../stack.ts";
import type { Step } from "../step.ts";

const HOUR_MS = 3_600_000;
const DEADLINE_MS = 90_000;
const POLL_MS = 1_000;
/** Flights of each of two airports that nobody has heard of. */
const FLIGHTS = 20;

/** Fills the features from the past, posts flights, and asks for airports that differ in these alone. */
export const streamFeatures: Step = {
  name: "backfill features, post events, ask with what they say",
  async run({ cloud }) {
    const { PredictionUrl: url } = await stackOutputs(cloud);
    const { added, completeFrom } = await backfill(cloud);
    const now = Date.now();
    await postEvents({ cloud, url }, "flights", [
      ...flightsOf("LTE", now),
      ...flightsOf("OTM", now),
    ]);

    const startedAt = performance.now();
    for (;;) {
      const [late, punctual] = await Promise.all(
        ["LTE", "OTM"].map((origin) => predict({ cloud, url, instance: flight(origin, now) })),
      );
      const [a = 0, b = 0] = [late, punctual].map((one) => one?.predictions[0]?.probability ?? 0);
      const reasons = [late, punctual].flatMap((one) => one?.fallbacks ?? []);
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
      if (a > b && reasons.length === 0) {
        return `${added} events of the past, complete from ${completeFrom}; after ${seconds} s an airport of late flights has ${a.toFixed(3)}, one of punctual flights ${b.toFixed(3)}`;
      }
      if (performance.now() - startedAt > DEADLINE_MS) {
        throw new Error(`the answers are ${a} and ${b}, fallbacks ${JSON.stringify(reasons)}`);
      }
      await wait(POLL_MS);
    }
  },
};

const flight = (origin: string, ms: number) => ({
  date: new Date(ms).toISOString(),
  ...{ origin, destination: "LAX", distance: 1_000 },
});

/** Two hours before: known by now, and in the windows of three hours. */
const flightsOf = (origin: string, now: number) =>
  Array.from({ length: FLIGHTS }, (_, i) => {
    const { date, destination } = flight(origin, now - 2 * HOUR_MS - i * 60_000);
    return { id: `${origin}-${i}`, date, origin, destination, delay: origin === "LTE" ? 60 : 0 };
  });

/** As a person fills them. */
async function backfill({ endpoint }: Cloud) {
  const words = ["cli/millrace.ts", "--json", "features", "backfill", "flights"];
  const place = ["--stack", STACK, "--region", REGION];
  const { code, stdout, stderr } = await runChild([...words, ...place], {
    ...cloudEnvironment(endpoint),
  });
  if (code !== 0) throw new Error(`backfill ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as { readonly added: number; readonly completeFrom: string };
}
