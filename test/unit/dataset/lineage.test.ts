import { describe, expect, it } from "vitest";
import { lineageOf } from "../../../core/dataset/lineage.ts";

const RUN = { model: "m", runId: "run-1", datasetDigest: "d" };
const OBJECT = { name: "a", key: "sources/m/a", sizeBytes: 5, etag: "e" };
const files = [{ read: 3, broken: 1 }];

describe("lineageOf", () => {
  it("names the objects of events that were read, and no others", () => {
    const event = { stream: "s", key: "streams/s/a", sizeBytes: 7, etag: "f", versionId: "v" };
    const planned = [event, { ...event, stream: "t", key: "streams/t/a" }];
    const read = [{ stream: "s", objects: [{ key: event.key, rows: 9 }], broken: 2 }];

    const lineage = lineageOf(RUN, { objects: [OBJECT], events: planned }, { files, events: read });

    const { name: _inKey, ...object } = OBJECT;
    expect(lineage).toEqual({
      ...RUN,
      objects: [{ ...object, rows: 3, quarantined: 1 }],
      events: [{ ...event, rows: 9 }],
    });
  });

  it("has no events of a plan without any", () => {
    expect(lineageOf(RUN, { objects: [OBJECT] }, { files })).not.toHaveProperty("events");
  });
});
