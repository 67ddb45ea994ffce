import { describe, expect, it } from "vitest";
import { IntegrityError } from "../../../core/errors.ts";
import { readVersionFile } from "../../../core/run/read-version-file.ts";

const bytes = Uint8Array.of(7);
const asked: string[] = [];
const deps = {
  store: {
    get: async (key: string) => {
      asked.push(key);
      return bytes;
    },
  },
  sha256: (some: Uint8Array) => `digest of ${some}`,
};
const place = { model: "shop", version: 3 };

describe("readVersionFile", () => {
  it("gives the bytes that were registered", async () => {
    expect(await readVersionFile(deps, place, "card.md", "digest of 7")).toBe(bytes);
    expect(asked).toEqual(["models/shop/versions/3/card.md"]);
  });

  it.each(["digest of 8", undefined])("fails where their digest should be %s", async (wanted) => {
    const read = readVersionFile(deps, place, "card.md", wanted);

    await expect(read).rejects.toThrow(IntegrityError);
    await expect(read).rejects.toThrow(
      `models/shop/versions/3/card.md has sha-256 digest of 7, its record says ${wanted}`,
    );
  });
});
