import { describe, expect, it } from "vitest";
import type { Fault } from "../faults.ts";
import type { WorkflowWorld } from "../workflow-world.ts";
import { predictBatch, putFile } from "./train.ts";

/** Files that are predicted by a champion, some of them twice. */
export function batchStory(world: () => WorkflowWorld, model: string): void {
  const keys = async (batch: string) => {
    const found: string[] = [];
    const folder = `batches/${model}/${batch}/`;
    for await (const { key } of world().store.list(folder)) found.push(key.slice(folder.length));
    return found;
  };
  const results = async (batch: string) =>
    (await keys(batch)).filter((key) => !/^(input|errors)/.test(key));
  const text = async (key: string) => new TextDecoder().decode(await world().store.get(key));

  describe("a batch of the deployed workflow", () => {
    it("has a result or a rejection of each row, and a report", async () => {
      for (const file of ["a.csv", "deep/b.csv"]) await putFile(world(), model, "june", { file });
      const { status, entered } = await predictBatch(world(), model, "june");

      expect(status).toBe("succeeded");
      expect(entered).toEqual([
        ...["StartBatch", "PredictFiles", "PredictFile", "PredictFile"],
        ...["EndBatch", "Notify", "Done"],
      ]);
      expect(await results("june")).toEqual([
        ...["batch.json", "files/a.csv.json", "files/deep/b.csv.json"],
        ...["output/a.csv.parquet", "output/deep/b.csv.parquet"],
        ...["rejected/a.csv.parquet", "rejected/deep/b.csv.parquet", "report.json"],
      ]);
      expect(JSON.parse(await text(`batches/${model}/june/report.json`))).toMatchObject({
        ...{ version: 2, files: 2, rows: 6, scored: 4, rejected: 2 },
      });
      expect(world().alerts().at(-1)).toMatchObject({
        subject: `[info] ${model}: batch june is predicted by version 2`,
        message: expect.stringContaining("6 rows of 2 files: 4 scored, 2 rejected"),
      });
    });

    it("takes files of the model's sources, and leaves them there", async () => {
      const prefix = `sources/${model}/new/`;
      await putFile(world(), model, "unused");
      const text = await world().store.get(`batches/${model}/unused/input/a.csv`);
      await world().store.put(`${prefix}a.csv`, text);
      const { status } = await predictBatch(world(), model, "of-sources", { prefix });

      expect(status).toBe("succeeded");
      expect(await results("of-sources")).toEqual([
        ...["batch.json", "files/a.csv.json", "output/a.csv.parquet"],
        ...["rejected/a.csv.parquet", "report.json"],
      ]);
    });

    it("fails by the file that cannot be used, and does what is missing afterwards", async () => {
      await putFile(world(), model, "may");
      await putFile(world(), model, "may", { file: "b.csv", text: "date\n" });
      const failed = await predictBatch(world(), model, "may");
      const done = await results("may");
      await world().store.remove([`batches/${model}/may/input/b.csv`]);
      await putFile(world(), model, "may", { file: "b.csv" });
      const again = await predictBatch(world(), model, "may-again", { batch: "may" });

      expect([failed.status, again.status]).toEqual(["failed", "succeeded"]);
      expect(failed.attempts.at(-2)?.error?.name).toBe("DataContractError");
      expect(done).toEqual([
        ...["batch.json", "files/a.csv.json", "output/a.csv.parquet", "rejected/a.csv.parquet"],
      ]);
      const writes = again.attempts.filter(({ state }) => state === "PredictFile");
      expect(writes.map((attempt) => attempt.writes).toSorted()).toEqual([0, 3]);
    });

    it.each([1, 2, 3])(
      "is whole although a child was lost after its write %i",
      async (afterWrites) => {
        const name = `lost-${afterWrites}`;
        await putFile(world(), model, name);
        let left = 1;
        const faults = (state: string): Fault | undefined => {
          if (state !== "PredictFile" || left === 0) return undefined;
          left -= 1;
          return { kind: "lost", error: "Lambda.Unknown", afterWrites };
        };
        const { status, attempts } = await predictBatch(world(), model, name, { faults });

        expect(status).toBe("succeeded");
        expect(attempts.map(({ state }) => state)).toEqual([
          ...["StartBatch", "PredictFile", "PredictFile", "EndBatch", "Notify"],
        ]);
        expect(await results(name)).toEqual([
          ...["batch.json", "files/a.csv.json", "output/a.csv.parquet", "rejected/a.csv.parquet"],
          "report.json",
        ]);
      },
    );
  });
}
