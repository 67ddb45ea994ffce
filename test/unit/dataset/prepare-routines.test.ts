import { describe, expect, it } from "vitest";
import type { Row } from "../../../core/definition/model-definition.ts";
import type { RoutineName } from "../../../core/routines/routine-code.ts";
import { datasetHome, definitionWith, FLIGHTS } from "./dataset-home.ts";

/** The flights' definition with routines, as `bundleDefinition` gives it. */
function withRoutines(routines: Partial<Record<RoutineName, (row: Row) => Row>>) {
  const loaded = definitionWith();
  const code = Object.entries(routines).map(([name, run]) => [`__routine_${name}`, run]);
  return {
    ...loaded,
    definition: { ...loaded.definition, routines: Object.keys(routines) as RoutineName[] },
    compute: { ...loaded.compute, ...Object.fromEntries(code) },
  };
}

async function setUp() {
  const home = await datasetHome();
  await home.source(FLIGHTS);
  return home;
}

/** Distances are 100 to 999 before. */
const mend = (row: Row): Row => ({
  distance: Math.min(Number(row.distance), 500),
  origin: row.origin === "ATL" ? "X" : String(row.origin).toLowerCase(),
});

describe("the routine preprocess, when data is prepared", () => {
  it("changes rows before anything is computed of them, in one piece and in shards", async () => {
    const home = await setUp();
    const loaded = withRoutines({ preprocess: mend });

    const whole = await home.prepare(loaded);
    const staged = await home.prepareStaged(loaded, { runId: "run-2" });

    const rows = await home.rows(
      whole.datasetDigest,
      "SELECT max(distance), string_agg(DISTINCT origin, ' ' ORDER BY origin) FROM dataset",
    );
    expect(rows).toEqual([[500, "X jfk lax ord"]]);
    expect(staged.datasetDigest).toBe(whole.datasetDigest);
  });

  it("puts a row aside on which it fails, with its reason", async () => {
    const home = await setUp();
    const loaded = withRoutines({
      preprocess: (row) => (row.distance === 131 ? { distance: -1 } : row),
    });

    const { rows } = await home.prepare(loaded);

    expect(rows.quarantined).toBe(3);
    expect(await home.quarantine("SELECT DISTINCT __reason FROM quarantine")).toEqual([
      ["routine preprocess gave distance: must be at least 0, got the number -1"],
    ]);
  });

  it("keeps the dataset's digest where it changes nothing", async () => {
    const home = await setUp();

    const { datasetDigest } = await home.prepare(withRoutines({ preprocess: (row) => row }));

    expect((await home.prepare(definitionWith(), { runId: "run-2" })).datasetDigest).toBe(
      datasetDigest,
    );
  });
});
