/**
 * `node bench/lightgbm/set-up.ts`: makes a Python environment with LightGBM below `.cache`, for
 * `npm run bench -- training` to compare with. Nothing but that benchmark uses Python.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { LIGHTGBM_PYTHON, LIGHTGBM_VENV } from "./venv.ts";

const inherit = { stdio: "inherit" } as const;
execFileSync("python3", ["-m", "venv", LIGHTGBM_VENV], inherit);
const requirements = join(import.meta.dirname, "requirements.txt");
execFileSync(LIGHTGBM_PYTHON, ["-m", "pip", "install", "--quiet", "-r", requirements], inherit);
