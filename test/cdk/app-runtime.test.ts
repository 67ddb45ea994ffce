import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter } from "node:path";
import { expect, it } from "vitest";

it("the app runs on the project's own Node, whichever one started cdk", () => {
  const { app } = JSON.parse(readFileSync("cdk.json", "utf8")) as { readonly app: string };
  const PATH = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .join(delimiter);
  const command = app.replace("cdk/app.ts", "--print process.versions.node");

  const version = execFileSync(command, { shell: true, env: { ...process.env, PATH } });

  expect(command).not.toBe(app);
  expect(version.toString()).toMatch(/^24\./);
});
