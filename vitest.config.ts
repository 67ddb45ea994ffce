import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/browser/**", "test/deploy/**"],
    pool: "forks",
    // many tests wait for processes of their own; vitest would leave one of two cores idle
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // onnxruntime-node reports to its maker unless it is told not to; tests load it directly
    env: { ORT_DISABLE_TELEMETRY: "1" },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
