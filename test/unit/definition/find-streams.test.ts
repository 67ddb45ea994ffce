import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../core/canonical-json.ts";
import { featuresFolderOf, findStreams } from "../../../engine/definition/find-streams.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";

const stream = (name: string, feature = "n_1h") => ({
  ...{ name, owner: "o", description: "d", eventTime: "at" },
  fields: { at: { type: "timestamp" }, card: { type: "category" } },
  features: { [feature]: { entity: ["card"], operation: "count", window: "1h" } },
});

/** @param files text by name, below a folder of features */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = join(temporaryFolder(), "features");
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const exporting = (declared: object) => `export const stream = ${JSON.stringify(declared)};`;

describe("findStreams", () => {
  it("finds each file's stream, by name, with the digest of what it says", async () => {
    const folder = folderWith({
      "a.ts": exporting(stream("later", "n_a")),
      "b.ts": exporting(stream("earlier", "n_b")),
      "notes.md": "no stream",
    });

    const found = await findStreams(folder, []);

    expect(found.map(({ definition }) => definition.name)).toEqual(["earlier", "later"]);
    for (const { definition, digest } of found) {
      expect(digest).toBe(sha256(canonicalJson(definition)));
    }
  });

  it("looks beside the models, and needs no such folder", async () => {
    expect(featuresFolderOf("/project/models")).toBe("/project/features");
    expect(await findStreams(join(temporaryFolder(), "features"), [])).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      "no stream",
      { "a.ts": "export const other = 1;" },
      /a\.ts does not export a const named stream/,
    ],
    ["an error", { "a.ts": "throw new Error('oh');" }, /a\.ts cannot be loaded: .*oh/],
    ["a wrong stream", { "a.ts": exporting({ ...stream("x"), owner: "" }) }, /owner/],
    ["a negative window", { "a.ts": exporting(stream("x")).replace('"1h"', '"-1h"') }, /window/],
    [
      "a stream of another file, declared differently",
      { "a.ts": exporting(stream("x", "n_a")), "b.ts": exporting(stream("x", "n_b")) },
      /\bx\b/,
    ],
  ])("fails on a file with %s", async (_what, files, message) => {
    await expect(findStreams(folderWith(files), [])).rejects.toThrow(message);
  });
});
