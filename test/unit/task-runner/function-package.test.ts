import { existsSync } from "node:fs";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { IntegrityError, InvalidInputError } from "../../../core/errors.ts";
import { loadFunction, taskSettingsOf } from "../../../functions/task-runner/function-package.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";

const place = (key: string) => ({ bucket: "assets", key });
const CODE = { function: place("code.zip"), layers: [place("one.zip"), place("two.zip")] };

function s3(source: string) {
  const files: Readonly<Record<string, Uint8Array>> = {
    "code.zip": zipSync({ "index.mjs": strToU8(source) }),
    "one.zip": zipSync({ nodejs: { "one.txt": strToU8("1") } }),
    "two.zip": zipSync({ nodejs: { "two.txt": strToU8("2") } }),
  };
  return { get: async ({ key }: { key: string }) => files[key] ?? expect.fail(`no ${key}`) };
}

describe("loadFunction", () => {
  it("unpacks function and layers as Lambda does, and gives the handler", async () => {
    const folder = join(temporaryFolder(), "millrace");
    const source = "export const handler = async (event) => ({ got: event });";

    const { handler, sizeBytes } = await loadFunction(s3(source), CODE, folder);

    expect(await handler(7, { awsRequestId: "1" })).toEqual({ got: 7 });
    expect(sizeBytes).toBe(source.length + 2);
    expect(existsSync(join(folder, "opt", "nodejs", "one.txt"))).toBe(true);
    expect(existsSync(join(folder, "opt", "nodejs", "two.txt"))).toBe(true);
  });

  it.each([
    ["does not load", "import 'a-package-that-is-in-no-layer';", /does not load: Cannot find/],
    ["has no handler", "export const other = 1;", /exports no handler/],
  ])("fails on a package that %s", async (_name, source, message) => {
    const loading = loadFunction(s3(source), CODE, temporaryFolder());

    await expect(loading).rejects.toThrow(IntegrityError);
    await expect(loading).rejects.toThrow(message);
  });
});

describe("taskSettingsOf", () => {
  it("reads what the task definition says", () => {
    const settings = { region: "r", s3Host: "h", bucket: "b", package: CODE };

    expect(taskSettingsOf(JSON.stringify(settings))).toEqual(settings);
  });

  it("fails without settings", () => {
    expect(() => taskSettingsOf(undefined)).toThrow(InvalidInputError);
  });
});
