/**
 * `node bench/polars/set-up.ts`: makes a Python environment with Polars below `.cache`, for
 * `npm run bench -- prepare` to compare with. Nothing but that benchmark uses it.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { POLARS_PYTHON, POLARS_VENV } from "./venv.ts";

const inherit = { stdio: "inherit" } as const;
execFileSync("python3", ["-m", "venv", POLARS_VENV], inherit);
const requirements = join(import.meta.dirname, "requirements.txt");
execFileSync(POLARS_PYTHON, ["-m", "pip", "install", "--quiet", "-r", requirements], inherit);
