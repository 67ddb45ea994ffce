import { defineConfig } from "vitest/config";

/** Tests that drive a real browser: `CHROMIUM_PATH`, or /usr/bin/chromium. */
export default defineConfig({
  test: {
    include: ["test/browser/**/*.test.ts"],
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
