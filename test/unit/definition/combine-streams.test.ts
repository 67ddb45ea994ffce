import { expect, it } from "vitest";
import { combineStreams } from "../../../core/definition/combine-streams.ts";
import { parseStream } from "../../../core/definition/parse-stream.ts";

const count = { entity: ["card"], operation: "count", window: "3h" };
const make = (name: string, features: object, owner = "risk") =>
  parseStream({
    ...{ name, owner, description: "d", eventTime: "at", features },
    fields: { at: { type: "timestamp" }, card: { type: "category" } },
  });
const found = (...streams: ReturnType<typeof make>[]) =>
  streams.map((stream, i) => ({ from: `file${i}.ts`, stream }));

it("joins the features that models carry of one stream", () => {
  const streams = combineStreams(
    found(make("bb", { one: count }), make("aa", {}), make("bb", { two: count, one: count })),
  );

  expect(streams.map(({ name }) => name)).toEqual(["aa", "bb"]);
  expect(Object.keys(streams[1]?.features ?? {})).toEqual(["one", "two"]);
});

it.each([
  [
    "a feature declared differently by two files",
    found(make("bb", { one: count }), make("bb", { one: { ...count, window: "4h" } })),
    /feature one is declared differently by stream bb \(file0.ts\) and stream bb \(file1.ts\)/,
  ],
  [
    "a feature of one name in two streams",
    found(make("aa", { one: count }), make("bb", { one: count })),
    /feature one is declared differently/,
  ],
  [
    "a stream declared differently",
    found(make("aa", {}), make("aa", {}, "other")),
    /stream "aa" is declared differently by file0.ts and file1.ts/,
  ],
])("refuses %s", (_what, streams, message) => {
  expect(() => combineStreams(streams)).toThrow(message);
});
