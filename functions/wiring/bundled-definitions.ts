import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { DefinitionBundle } from "../../core/definition/definition-digest.ts";
import { parseMessage } from "../../core/run/parse-message.ts";
import type { StreamToRegister } from "../register-definitions/handler.ts";

const index = z.array(z.object({ model: z.string().min(1), digest: z.string().length(64) }));

const streamIndex = z.array(z.object({ stream: z.string().min(1), digest: z.string().length(64) }));

/**
 * The streams that were packed beside a function: `streams.json`, and for each `_streams/<stream>.json`.
 * None where there is no such list.
 *
 * @param folder with a slash at its end
 */
export async function bundledStreams(folder: URL): Promise<readonly StreamToRegister[]> {
  const text = (path: string) => readFile(new URL(path, folder), "utf8");
  const list = await text("streams.json").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "[]";
    throw error;
  });
  return Promise.all(
    parseMessage(streamIndex, JSON.parse(list)).map(async ({ stream, digest }) => ({
      digest,
      definition: JSON.parse(await text(`_streams/${stream}.json`)),
    })),
  );
}

/**
 * The definitions that were packed beside a function: `index.json`, and for each model
 * `<model>/definition.json` and `<model>/code.mjs`.
 *
 * @param folder with a slash at its end
 */
export async function bundledDefinitions(folder: URL): Promise<readonly DefinitionBundle[]> {
  const text = (path: string) => readFile(new URL(path, folder), "utf8");
  const listed = parseMessage(index, JSON.parse(await text("index.json")));
  return Promise.all(
    listed.map(async ({ model, digest }) => ({
      digest,
      definition: JSON.parse(await text(`${model}/definition.json`)),
      code: await text(`${model}/code.mjs`),
    })),
  );
}
