import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/longest-first.ts";

export default defineConfig({
  test: {
    pool: "forks",
    // many tests wait for processes of their own; vitest would leave one of two cores idle
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // onnxruntime-node reports to its maker unless it is told not to; tests load it directly
    env: { ORT_DISABLE_TELEMETRY: "1" },
    sequence: { sequencer: LongestFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: "quick",
          include: ["test/*.test.ts", "test/{unit,contract,asl,cdk}/**/*.test.ts"],
          // modules are loaded once a worker, not once a file: a test leaves nothing behind in them
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: "whole", include: ["test/{docs,e2e,workflow}/**/*.test.ts"] },
      },
    ],
  },
});
