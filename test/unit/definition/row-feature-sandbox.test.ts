import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../core/errors.ts";
import { bundleDefinition } from "../../../engine/definition/bundle-definition.ts";
import { loadCode } from "../../../engine/definition/load-code.ts";
import { SANDBOX_MARK } from "../../../engine/definition/row-feature-sandbox.ts";
import { sha256 } from "../../../engine/sha256.ts";

const flightDelay = resolve("models/flight-delay/model.ts");
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-sandbox-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a row feature gives whose body is the expression. */
async function given(expression: string, mark = SANDBOX_MARK): Promise<unknown> {
  const code = `${mark}\nconst feature0 = ({ ms }) => (${expression});\nexport{feature0 as hour};\n`;
  const { hour } = await loadCode(new TextEncoder().encode(code), sha256(code));
  return hour?.({ ms: 991_588_200_000 });
}

/** Bundles flight-delay with one row feature of this code. */
async function bundled(name: string, code: string): Promise<string> {
  const path = join(folder, `${name}.ts`);
  await writeFile(
    path,
    `import { model as flights } from ${JSON.stringify(flightDelay)};
${code}
export const model = { ...flights, streams: [], aggregates: {}, rowFeatures: { odd: { type: "number", from: ["date"], compute: odd } } };`,
  );
  return (await bundleDefinition(path)).code;
}

describe("the sandbox of row features", () => {
  it.each([
    ["new Date()", /the clock/],
    ["Date()", /the clock/],
    ["new Date(...[])", /the clock/],
    ["Date.now()", /Date\.now: take the time from a field/],
    ["(({ now }) => now())(Date)", /Date\.now/],
    ["new Date(2001, 5, 3)", /parts of a date.*use Date\.UTC/],
    ['new Date("2001-06-03T17:10")', /"2001-06-03T17:10".*time zone/],
    ['Date.parse("3 June 2001")', /time zone/],
    ["new Date(ms).getHours()", /getHours.*use getUTCHours/],
    ["new Date(ms) + 0", /toString.*toISOString/],
    ["new Date(ms).getTimezoneOffset()", /getTimezoneOffset/],
    ["new Date(ms).toLocaleString('en')", /timeZone/],
    ["new Date(ms).toLocaleDateString()", /timeZone/],
    ["new Intl.DateTimeFormat('en').format(ms)", /timeZone/],
    ["Intl.NumberFormat().format(ms)", /name a locale/],
    ["ms.toLocaleString()", /locale/],
    ["'a'.localeCompare('b')", /locale/],
    ["Math.random()", /Math\.random/],
    ["process.env.HOME", /process is not defined/],
    ["fetch('http://localhost')", /fetch is not defined/],
    ["performance.now()", /performance is not defined/],
    ["crypto.randomUUID()", /crypto is not defined/],
    ["setTimeout(() => {}, 0)", /setTimeout is not defined/],
    ["require('node:fs')", /require is not defined/],
    ["eval('1')", /Code generation from strings/],
    ["(() => {}).constructor('return 1')()", /Code generation from strings/],
    ["(globalThis.calls = 1)", /not extensible/],
    ["new WeakRef({})", /WeakRef is not defined/],
  ])("fails on %s", async (expression, message) => {
    await expect(given(expression)).rejects.toThrow(message);
  });

  it.each([
    ["new Date(ms).getUTCHours()", 17],
    ["new Date(new Date(ms)).toISOString()", "2001-06-03T17:10:00.000Z"],
    ['new Date("2001-06-03T17:10:00Z").getTime() - ms', 0],
    ['Date.parse("2001-06-03")', 991_526_400_000],
    ["Date.UTC(2001, 5, 3)", 991_526_400_000],
    ["String(new Date(ms) instanceof Date)", "true"],
    ["Math.floor(Math.log2(1024))", 10],
    ["new Intl.NumberFormat('en').format(1234)", "1,234"],
    ["new Intl.DateTimeFormat('en', { timeZone: 'UTC', hour: 'numeric' }).format(ms)", "5 PM"],
    ["new Date(ms).toLocaleDateString('en', { timeZone: 'UTC' })", "6/3/2001"],
    ["'a'.localeCompare('b', 'en')", -1],
    ["(1234).toLocaleString('en')", "1,234"],
    ["new URL('https://a.b/c').host", "a.b"],
  ])("gives what %s is", async (expression, value) => {
    expect(await given(expression)).toBe(value);
  });

  it("lets code of older versions run as it did, which has no mark", async () => {
    expect(await given("typeof Date.now()", "// as bundled before")).toBe("number");
  });
});

describe("bundleDefinition", () => {
  it.each([
    ["now", "const odd = () => Date.now();", /Date\.now \(.*now\.ts:2\): take the time from a/],
    ["date", "const odd = () => +new Date();", /new Date\(\)/],
    ["random", "const odd = () => Math.random();", /Math\.random \(.*random\.ts:2\)/],
    ["environment", "const odd = () => Number(process.env.HOME);", /must not use process/],
    ["network", "const odd = () => fetch('x').then(Number);", /must not use fetch/],
    ["text", "const odd = () => eval('1');", /must not use eval/],
    [
      "file",
      'import { readFileSync } from "node:fs";\nconst odd = () => readFileSync("x").length;',
      /an import of node:fs \(.*file\.ts:2\)/,
    ],
    ["late", "const odd = (row) => import(row.date);", /must not use import\(\)/],
    ["state", "const held = {}; const odd = () => (globalThis.n = 1);", /must not use globalThis/],
    ["load", "const odd = () => 1; new Intl.NumberFormat();", /cannot be loaded.*name a locale/],
  ])("fails on code with %s, and says where", async (name, code, message) => {
    await expect(bundled(name, code)).rejects.toThrow(InvalidInputError);
    await expect(bundled(name, code)).rejects.toThrow(message);
  });

  it("leaves alone what only has the name, and what nobody calls", async () => {
    const code = await bundled(
      "names",
      `const fetch = (n) => n + 1; const unused = () => Date.now();
       const odd = ({ date }) => { const process = { random: 1 }; /* Math.random */
         return fetch(process.random) + new Date(date ?? 0).getUTCDay() + "Math.random()".length; };`,
    );

    const { odd } = await loadCode(new TextEncoder().encode(code), sha256(code));
    expect(code.startsWith(SANDBOX_MARK)).toBe(true);
    expect(odd?.({ date: 991_588_200_000 })).toBe(15);
  });
});
