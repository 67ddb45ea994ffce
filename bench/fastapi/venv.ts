import { join } from "node:path";

export const FASTAPI_VENV = join(import.meta.dirname, "..", "..", ".cache", "fastapi");

export const FASTAPI_PYTHON = join(FASTAPI_VENV, "bin", "python");
