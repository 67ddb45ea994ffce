import { join } from "node:path";

export const POLARS_VENV = join(import.meta.dirname, "..", "..", ".cache", "polars");

export const POLARS_PYTHON = join(POLARS_VENV, "bin", "python");
