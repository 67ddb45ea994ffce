import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Platform, startPlatform } from "../../local/platform.ts";
import { runChild } from "../fixtures/e2e/child.ts";
import { writeFlights } from "../fixtures/e2e/world.ts";
import { codeBlocks, commandsOf, pageText, wordsOf } from "./markdown.ts";

const MODEL = "flight-delay";
const DEFAULT_URL = "http://127.0.0.1:4700";
let folder: string;
let platform: Platform;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-docs-"));
  const project = join(folder, "models", MODEL);
  await mkdir(project, { recursive: true });
  const fixture = resolve("test/fixtures/docs/models/flight-delay/model.ts");
  await writeFile(
    join(project, "model.ts"),
    `export { model } from ${JSON.stringify(fixture)};
`,
  );
  await writeFlights(join(project, "flights.parquet"));
  platform = await startPlatform({
    home: join(folder, "home"),
    port: 0,
    modelsFolder: join(folder, "models"),
    log: () => {},
  });
  const { name } = platform.executions.start("training", {
    model: MODEL,
    reason: "t",
    requestedBy: "t",
  });
  const { status, error } = await platform.executions.ended(name);
  expect(status, error).toBe("succeeded");
});

afterAll(async () => {
  await platform?.stop();
  await rm(folder, { recursive: true, force: true });
});

const commands = ["README.md", "docs/http.md", "docs/local-platform.md"].flatMap((page) =>
  codeBlocks(pageText(page))
    .filter(({ language, isLeftOut }) => language === "sh" && !isLeftOut)
    .flatMap(commandsOf)
    .map((command) => [page, command] as const),
);

/** Sends what a curl of the pages would send. */
async function curl(command: string): Promise<{ status: number; body: unknown }> {
  const words = wordsOf(command);
  const url = words.find((word) => word.startsWith(DEFAULT_URL));
  const body = words[words.indexOf("-d") + 1];
  const hasBody = words.includes("-d") && body !== undefined;
  const response = await fetch(String(url).replace(DEFAULT_URL, platform.url), {
    method: hasBody ? "POST" : "GET",
    ...(hasBody ? { body, headers: { "content-type": "application/json" } } : {}),
  });
  return { status: response.status, body: await response.json() };
}

describe("commands of the pages", () => {
  const curls = commands.filter(([, command]) => command.startsWith("curl "));
  const millraces = commands.filter(([, command]) => command.startsWith("npx millrace "));

  it("are found", () => {
    expect(curls.length).toBeGreaterThanOrEqual(4);
    expect(millraces.length).toBeGreaterThanOrEqual(9);
  });

  it.each(curls)("%s: %s", async (_page, command) => {
    const { status, body } = await curl(command);

    expect(status).toBe(200);
    expect(JSON.stringify(body)).toMatch(/flight-delay|\$schema/);
  });

  it.each(millraces)("%s: %s", async (_page, command) => {
    const args = wordsOf(command).slice(2);

    const { code, stdout, stderr } = await runChild(["cli/millrace.ts", ...args], {
      MILLRACE_URL: platform.url,
      // a dataset is read where it lies
      MILLRACE_HOME: join(folder, "home"),
    });

    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout.length).toBeGreaterThan(4);
  });
});
