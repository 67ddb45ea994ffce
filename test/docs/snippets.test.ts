import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleDefinition } from "../../engine/definition/bundle-definition.ts";
import { codeBlocks, pageText } from "./markdown.ts";

let folder: string;
beforeAll(async () => {
  // inside the repository, so that the compiler finds packages and settings
  folder = await mkdtemp(resolve(".cache-docs-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const [snippet] = codeBlocks(pageText("docs/add-a-model.md")).filter(
  ({ language }) => language === "ts",
);

const [routines] = codeBlocks(pageText("docs/routines.md")).filter(
  ({ language }) => language === "ts",
);

describe("the model of docs/add-a-model.md", () => {
  it("compiles with the routines of docs/routines.md, and is a right definition", async () => {
    const path = join(folder, "model.ts");
    await writeFile(path, (snippet?.text ?? "").replaceAll('"../../core/', '"../core/'));
    await writeFile(
      join(folder, "routines.ts"),
      (routines?.text ?? "").replaceAll('"../../core/', '"../core/'),
    );
    const config = {
      extends: "../tsconfig.json",
      include: ["model.ts", "routines.ts"],
      compilerOptions: { incremental: false },
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));

    const tsc = resolve("node_modules/typescript/bin/tsc");
    await promisify(execFile)(process.execPath, [tsc, "-p", folder]);
    const { definition } = await bundleDefinition(path);

    expect(definition.name).toBe("loan-default");
    expect(definition.routines).toEqual(["preprocess", "postprocess", "fallback"]);
  });
});
