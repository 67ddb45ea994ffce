import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ConflictError } from "../../../core/errors.ts";
import { readsFile } from "../../../core/sources/source-keys.ts";
import { folderState, newDataWatcher } from "../../../local/watched-sources.ts";
import { offersDefinition, timeless } from "../dataset/shop-rows.ts";

/** A watcher of one model whose files are told by a text. */
function watching(newData: "ignore" | "start-run" | undefined) {
  const source = { ...timeless("offers.parquet"), ...(newData ? { newData } : {}) };
  const { definition } = offersDefinition({ source });
  const world = { files: "a", isBusy: false, started: 0 };
  const look = newDataWatcher([definition], {
    look: async () => world.files,
    start: () => {
      if (world.isBusy) throw new ConflictError("training is under way");
      world.started += 1;
    },
    log: () => {},
  });
  const looks = async (count: number) => {
    for (let i = 0; i < count; i++) await look();
  };
  return { world, looks };
}

describe("newDataWatcher", () => {
  it("starts one run for all files that come, once they have settled", async () => {
    const { world, looks } = watching("start-run");
    await looks(5);
    expect(world.started).toBe(0);

    for (const files of ["a b", "a b c", "a b c d"]) {
      world.files = files;
      await looks(2);
    }
    expect(world.started).toBe(0);
    await looks(1);
    expect(world.started).toBe(1);
    await looks(5);

    expect(world.started).toBe(1);
  });

  it("waits for a run that is under way, and leaves nothing out", async () => {
    const { world, looks } = watching("start-run");
    await looks(1);
    world.isBusy = true;
    world.files = "a b";
    await looks(5);
    expect(world.started).toBe(0);

    world.isBusy = false;
    await looks(1);

    expect(world.started).toBe(1);
  });

  it.each(["ignore", undefined] as const)("starts nothing where newData is %s", async (newData) => {
    const { world, looks } = watching(newData);
    await looks(1);
    world.files = "a b";

    await looks(5);

    expect(world.started).toBe(0);
  });
});

describe("folderState", () => {
  const folder = async () => {
    const made = await mkdtemp(join(tmpdir(), "millrace-watched-"));
    onTestFinished(() => rm(made, { recursive: true, force: true }));
    return made;
  };

  it("changes with every file, below folders too, and is empty without a folder", async () => {
    const below = await folder();
    const state = () => folderState(below, () => true);
    expect(await folderState(join(below, "none"), () => true)).toBe("");

    const states = [await state()];
    await mkdir(join(below, "day"));
    await writeFile(join(below, "day", "a.csv"), "1");
    states.push(await state());
    await writeFile(join(below, "day", "a.csv"), "12");
    states.push(await state());

    expect(new Set(states).size).toBe(3);
    expect(await state()).toBe(states[2]);
  });

  it("does not change with files that no run reads", async () => {
    const below = await folder();
    await writeFile(join(below, "a.csv"), "1");
    const state = () =>
      folderState(below, (file) => readsFile({ files: [], prefix: "days/" }, file));
    expect(await state()).toBe("");

    await mkdir(join(below, "days"));
    await writeFile(join(below, "days", "_SUCCESS"), "");
    expect(await state()).toBe("");
    await writeFile(join(below, "days", "1.csv"), "1");

    expect(await state()).toMatch(/^days\/1\.csv 1 [\d.]+$/);
  });
});
