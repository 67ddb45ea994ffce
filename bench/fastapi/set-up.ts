/**
 * `node bench/fastapi/set-up.ts`: makes a Python environment with FastAPI, uvicorn and ONNX Runtime below
 * `.cache`, for `npm run bench -- serving-compare` to compare with. Nothing but that benchmark uses it.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { FASTAPI_PYTHON, FASTAPI_VENV } from "./venv.ts";

const inherit = { stdio: "inherit" } as const;
execFileSync("python3", ["-m", "venv", FASTAPI_VENV], inherit);
const requirements = join(import.meta.dirname, "requirements.txt");
execFileSync(FASTAPI_PYTHON, ["-m", "pip", "install", "--quiet", "-r", requirements], inherit);
