import { join } from "node:path";

export const LIGHTGBM_VENV = join(import.meta.dirname, "..", "..", ".cache", "lightgbm");

export const LIGHTGBM_PYTHON = join(LIGHTGBM_VENV, "bin", "python");
