import { type Measurements, parseMeasurements } from "../../../core/cost/measurements.ts";

/** Round numbers, so that what follows from them can be computed by hand. */
const MEASURED = {
  model: "flights",
  from: { kind: "local", name: "http://127.0.0.1:4700" },
  measuredAt: "2026-11-23T12:00:00.000Z",
  definition: {
    candidates: ["boosting", "logistic"],
    sourceFiles: 3,
    inputs: 5,
    schedules: { training: "0 4 1 * *", monitoring: "0 * * * *" },
    driftWindowHours: 24,
    compute: {},
  },
  platform: { architecture: "x86_64", alarms: 11, dashboards: 1, kmsKeys: 0 },
  run: {
    runId: "r1",
    endedAt: "2026-11-23T11:00:00.000Z",
    prepareMs: 8_000,
    trainMs: [30_000, 10_000],
    evaluateMs: 5_000,
    registerMs: 500,
  },
  check: { durationMs: 1_000 },
  serving: {
    oneRow: { requests: 400, meanMs: 1.5, workMs: 1.25 },
    batch: { requests: 40, meanMsPerRow: 0.1 },
    queuedBytes: 400,
    loggedBytes: 50,
    logWriteMs: 200,
  },
  storage: {
    objects: {
      sources: { objects: 1, bytes: 2 ** 30 },
      datasets: { objects: 11, bytes: 2 ** 29 },
      runs: { objects: 5, bytes: 1_000 },
      models: { objects: 6, bytes: 1_000 },
    },
    runs: 2,
    registryBytes: 2 ** 30,
  },
};

type Part = "definition" | "platform" | "run" | "check" | "serving" | "storage";

/** Measurements with some parts, or members of parts, changed. */
export const measured = (changes: Readonly<Partial<Record<Part, unknown>>> = {}): Measurements =>
  parseMeasurements({
    ...MEASURED,
    ...Object.fromEntries(
      Object.entries(changes).map(([part, change]) => [
        part,
        change === null ? null : { ...MEASURED[part as Part], ...(change as object) },
      ]),
    ),
  });
