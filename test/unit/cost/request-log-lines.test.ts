import { describe, expect, it } from "vitest";
import { REQUEST_LINE_BYTES } from "../../../core/cost/request-log-lines.ts";
import { embeddedMetrics } from "../../../core/observability/embedded-metrics.ts";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { MODEL, servingWorld } from "../../fixtures/serving-world.ts";

const FLIGHT = { date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 };
const HEADERS = {
  "x-request-id": "c793869b-ee49-115b-a5b6-4fd21e8dedac",
  "x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
};

describe("REQUEST_LINE_BYTES", () => {
  it("is about what the endpoint writes for a request, with ids as AWS makes them", async () => {
    const world = servingWorld();
    world.promote(world.publish());
    const lines: string[] = [];
    const handler = makeHandler({
      ...world.deps,
      newId: () => "01JDBZ5Q9VQ7W8X9Y0Z1A2B3C4",
      emit: embeddedMetrics((line) => void lines.push(line), world.deps.clock),
    });

    const path = `/models/${MODEL}/predictions`;
    await handler(httpEvent("POST", path, { instances: [FLIGHT] }, { headers: HEADERS }));
    await world.runTasks();

    const bytes = Buffer.byteLength(lines.join("\n"));
    expect(lines).toHaveLength(1);
    expect(REQUEST_LINE_BYTES).toBeGreaterThan(bytes * 0.85);
    expect(REQUEST_LINE_BYTES).toBeLessThan(bytes * 1.15);
  });
});
