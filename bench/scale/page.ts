/**
 * What docs/scale.md must say, by the model and the stored inputs. `node bench/scale/page.ts` writes it into
 * the page, after inputs, prices or the model have changed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { type MeasuredInputs, parseInputs } from "./measured-inputs.ts";
import { TABLES } from "./page-tables.ts";

export const SCALE_PAGE = "docs/scale.md";
export const MEASURED = resolve(import.meta.dirname, "measured.json");

const BLOCK = /<!-- computed: (\w+) -->\n[\s\S]*?\n<!-- end of computed -->/g;

export const storedInputs = (): MeasuredInputs =>
  parseInputs(JSON.parse(readFileSync(MEASURED, "utf8")));

/** Names of the page's computed parts, in its order. */
export const computedIn = (page: string): readonly string[] =>
  [...page.matchAll(BLOCK)].map(([, name = ""]) => name);

/**
 * The page with everything that is computed in its place.
 *
 * @throws {RangeError} for a part that nothing computes
 */
export const renderedScalePage = (page: string, measured: MeasuredInputs): string =>
  page.replaceAll(BLOCK, (_block, name: string) => {
    const render = TABLES[name];
    if (render === undefined) throw new RangeError(`nothing computes ${name}`);
    return `<!-- computed: ${name} -->\n\n${render(measured)}\n\n<!-- end of computed -->`;
  });

/** Writes the page anew. */
export function writeScalePage(): void {
  writeFileSync(SCALE_PAGE, renderedScalePage(readFileSync(SCALE_PAGE, "utf8"), storedInputs()));
}

if (import.meta.main) writeScalePage();
