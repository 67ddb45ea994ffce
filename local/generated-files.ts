import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { InvalidInputError } from "../core/errors.ts";

/** Files that programs of model projects make: simulated data, say. */
export interface GeneratedFiles {
  /**
   * Path of a file that a program writes. A program is run once, whatever number of its files is asked
   * for.
   *
   * @param program TypeScript or JavaScript file that writes its files into the folder given to it
   * @throws {InvalidInputError} if the program fails, with what it said
   */
  pathOf(program: string, name: string): Promise<string>;
  /** Removes them all. */
  remove(): Promise<void>;
}

/**
 * Runs programs in processes of their own: what they hold in memory goes with them.
 *
 * @param log is told of each program, for it may run for a minute
 */
export function generatedFiles(log: (line: object) => void): GeneratedFiles {
  const folders = new Map<string, Promise<string>>();

  return {
    async pathOf(program, name) {
      const folder = folders.get(program) ?? run(program, log);
      folders.set(program, folder);
      return join(await folder, name);
    },
    async remove() {
      const settled = await Promise.allSettled(folders.values());
      for (const result of settled) {
        if (result.status === "fulfilled") await rm(result.value, { recursive: true, force: true });
      }
      folders.clear();
    },
  };
}

async function run(program: string, log: (line: object) => void): Promise<string> {
  log({ level: "info", notice: `${program} writes its files; this may take a minute, once` });
  const folder = await mkdtemp(join(tmpdir(), "millrace-generated-"));
  try {
    await promisify(execFile)(process.execPath, [program, folder]);
    return folder;
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    const { stderr = "" } = cause as { readonly stderr?: string };
    // of all that Node says, the line of the error
    const said = /^\w*Error.*$/m.exec(stderr)?.[0] ?? String(cause);
    throw new InvalidInputError(`${program} did not write its files: ${said}`, { cause });
  }
}
