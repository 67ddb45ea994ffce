import { describe, expect, it } from "vitest";
import { servingSchema } from "../../../core/definition/serving-schema.ts";
import { UnavailableError } from "../../../core/errors.ts";
import { logPrediction } from "../../../core/inference/log-prediction.ts";
import { parsePredictionMessage } from "../../../core/inference/prediction-message.ts";
import type { Logged } from "../../../core/inference/prediction-records.ts";

type Deps = Parameters<typeof logPrediction>[0];
type Champion = ReturnType<Deps["deployments"]["champion"]>;

const versionWith = (log?: object) =>
  ({
    ...{ model: "shop", version: 1, aggregates: [] },
    definition: {
      ...{ fields: { distance: { type: "number", role: "feature" } }, rowFeatures: {} },
      ...(log && { serving: servingSchema.parse({ log }) }),
    },
  }) as unknown as NonNullable<Champion>;

/** A prediction of a version that knows of no personal data, unless told. */
function logged(route: string, log?: object, scores: Float64Array = Float64Array.of(0.5)): Logged {
  return {
    predicted: { version: versionWith(log), route, id: "p", fallbacks: [], scores: { scores } },
    ...{ rows: [{}], columns: { distance: Float64Array.of(7) } },
    ids: { requestId: "r", traceId: undefined },
    ...{ time: "2026-11-24T00:00:00.000Z", latencyMs: 1 },
  } as unknown as Logged;
}

/** What is sent and told, where the champion is loaded, or is loaded when asked for, or fails to. */
async function send(prediction: Logged, loaded: Champion, acquired?: Champion | Error) {
  const sent: string[] = [];
  const told: unknown[] = [];
  let givenBack = 0;
  const acquire = async () => {
    if (!acquired || acquired instanceof Error) throw acquired ?? new Error("not to be asked");
    const giveBack = () => {
      givenBack += 1;
    };
    return { lease: { version: acquired, giveBack }, route: "champion" } as never;
  };
  await logPrediction(
    {
      queue: { send: async (body) => void sent.push(body) },
      onUnlogged: (_prediction, error) => void told.push(error),
      deployments: { champion: () => loaded, acquire },
    },
    prediction,
  );
  const values = sent
    .flatMap((body) => parsePredictionMessage(body).records)
    .map(({ features }) => features.distance);
  return { values, told, givenBack };
}

const PERSONAL = versionWith({ redact: ["distance"] });
const NO_CHAMPION = new UnavailableError("no champion yet", { isPublic: true });

describe("logging a prediction", () => {
  it.each([
    ["a shadow without what the champion redacts", "shadow", PERSONAL, undefined, [null]],
    ["a canary likewise", "canary", PERSONAL, undefined, [null]],
    ["a fallback likewise", "fallback", PERSONAL, undefined, [null]],
    ["a pinned version, for which the champion is loaded", "pinned", undefined, PERSONAL, [null]],
    [
      "all of a pinned version where the champion redacts nothing",
      "pinned",
      undefined,
      versionWith(),
      [7],
    ],
    ["all of a shadow where the champion redacts nothing", "shadow", versionWith(), undefined, [7]],
    [
      "a version of a model without a champion by its own rules",
      "pinned",
      undefined,
      NO_CHAMPION,
      [7],
    ],
    [
      "a fallback by the definition of today where no champion is loaded",
      "fallback",
      undefined,
      undefined,
      [7],
    ],
    ["a champion by its own rules", "champion", undefined, undefined, [7]],
  ])("writes %s", async (_what, route, loaded, acquired, values) => {
    const seen = await send(logged(route), loaded, acquired);
    expect(seen).toMatchObject({ values, told: [] });
    expect(seen.givenBack).toBe(acquired && !(acquired instanceof Error) ? 1 : 0);
  });

  it("writes nothing rather than too much where the champion cannot be asked, and tells", async () => {
    const error = new Error("throttled");
    expect(await send(logged("pinned"), undefined, error)).toMatchObject({
      values: [],
      told: [error],
    });
  });

  it("tells of records that cannot be made", async () => {
    const broken = logged("champion", undefined, null as unknown as Float64Array);
    expect((await send(broken, undefined)).told).toHaveLength(1);
  });

  it("sends nothing of a request that is not among those that are logged", async () => {
    const none = logged("champion", { sample: 1e-9 });
    expect(await send(none, undefined)).toMatchObject({ values: [], told: [] });
  });
});
