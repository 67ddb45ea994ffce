import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Pinned: the stand-ins of `with_stand_ins.py` reach into it. */
const MINISTACK = "ministack==1.5.33";

/**
 * The Python of a virtual environment that holds MiniStack, made below `.cache` the first time.
 *
 * @throws {Error} where there is no Python 3 or PyPI is out of reach
 */
export function ministackPython(root: string): string {
  const venv = join(root, ".cache", MINISTACK.replace("==", "-"));
  const python = join(venv, "bin", "python");
  if (existsSync(join(venv, "bin", "ministack"))) return python;
  rmSync(venv, { recursive: true, force: true });
  try {
    execFileSync("python3", ["-m", "venv", venv], { stdio: "inherit" });
    execFileSync(python, ["-m", "pip", "install", "--quiet", MINISTACK], { stdio: "inherit" });
  } catch (cause) {
    rmSync(venv, { recursive: true, force: true });
    throw new Error(`${MINISTACK} could not be installed: Python 3 or PyPI is out of reach`, {
      cause,
    });
  }
  return python;
}
