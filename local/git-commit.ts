import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The commit that this checkout stands at, or `unknown` where there is no git or no checkout. */
export async function gitCommit(folder: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("git", ["rev-parse", "HEAD"], { cwd: folder });
    return stdout.trim();
  } catch {
    // no git, no checkout, no commit: a released copy has none, and a version says so
    return "unknown";
  }
}
