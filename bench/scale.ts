/**
 * What DoorDash's peak would take and cost on Lambda: measures on this machine what the model needs, then
 * computes and simulates. With `--keep` the inputs are stored and docs/scale.md is written from them.
 *
 * Prints tables, or one JSON row with `--json`. Exits 1 if a measurement or a simulation is wrong, such as a
 * request that was lost. No goal: what it finds is the page's to judge.
 */
import { writeFileSync } from "node:fs";
import { ASSUMED } from "./scale/assumptions.ts";
import { billOf, fleetsOf } from "./scale/bill.ts";
import { AS_IS, demandOf } from "./scale/demand.ts";
import { measureInputs } from "./scale/measure-inputs.ts";
import { parseInputs } from "./scale/measured-inputs.ts";
import { MEASURED, writeScalePage } from "./scale/page.ts";
import { TABLES } from "./scale/page-tables.ts";
import { STORIES, tell } from "./scale/scenarios.ts";

const measured = parseInputs(await measureInputs());
if (process.argv.includes("--json")) {
  const ways = measured.requests.map(({ rows }) => {
    const way = { ...AS_IS, rows };
    return {
      rows,
      demand: demandOf(measured, way, ASSUMED.peak),
      usdPerSecond: billOf(measured, way, ASSUMED.peak),
      fleets: fleetsOf(measured, way, ASSUMED.peak),
    };
  });
  const stories = STORIES.map((story) => ({
    what: story.what,
    scale: story.scale,
    ...tell(measured, story, ASSUMED.peak),
  }));
  console.log(JSON.stringify({ benchmark: "scale", measured, assumed: ASSUMED, ways, stories }));
} else {
  for (const [name, render] of Object.entries(TABLES)) {
    console.log(`## ${name}\n\n${render(measured)}\n`);
  }
}
if (process.argv.includes("--keep")) {
  writeFileSync(MEASURED, `${JSON.stringify(measured, undefined, 2)}\n`);
  writeScalePage();
}
