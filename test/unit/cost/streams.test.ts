import { describe, expect, it } from "vitest";
import { costLine } from "../../../core/cost/cost-line.ts";
import { featureCost, type StreamActivity, streamUses } from "../../../core/cost/stream-cost.ts";
import { parseStream } from "../../../core/definition/parse-stream.ts";

const stream = parseStream({
  name: "purchases",
  owner: "risk",
  description: "Purchases",
  fields: {
    at: { type: "timestamp" },
    card: { type: "category" },
    shop: { type: "category", required: false },
    pieces: { type: "integer" },
  },
  eventTime: "at",
  allowedLateness: "0s",
  features: {
    card_sum_1d: { entity: ["card"], operation: "sum", value: "pieces", window: "1d" },
    card_count_1h: { entity: ["card"], operation: "count", window: "1h" },
    shop_count_2d: { entity: ["shop"], operation: "count", window: "2d" },
  },
});

/** 1,000 events of 10 cards in 50 files and 100 messages; one shop with 40,000 bytes a message. */
const activity: StreamActivity = {
  events: 1_000,
  files: 50,
  fileBytes: 2 ** 20,
  messages: 100,
  messageBytes: 200_000,
  kinds: { card: { entities: 10, updates: 400 }, shop: { entities: 1, updates: 50 } },
};
const DAYS = 730 / 24;
const used = (changed: Partial<StreamActivity> = {}, ingestMs: number | null = null) =>
  Object.fromEntries(
    streamUses(stream, { ...activity, ...changed }, ingestMs).map((use) => [use.item, use]),
  );
const perDay = (item: string, ...given: Parameters<typeof used>) =>
  Number(used(...given)[item]?.quantity) / DAYS;

describe("streamUses", () => {
  it("bills messages, invocations and files as the archive counted them, for a month of such days", () => {
    // 2,000 bytes: sent 1, received with nine others 0.1, removed 0.1
    expect(perDay("purchases: queue")).toBeCloseTo(120, 9);
    expect(perDay("purchases: ingest-events: requests")).toBe(50);
    expect(perDay("purchases: files written")).toBe(50);
    expect(used()["purchases: files kept"]?.quantity).toBeCloseTo(DAYS / 1_024, 9);
  });

  it("knows no compute without a duration, and 50 times so many GB-seconds with one", () => {
    expect(used()["purchases: ingest-events: compute"]?.quantity).toBeNull();
    // 1,769 MB for 200 ms
    expect(perDay("purchases: ingest-events: compute", {}, 199.5)).toBeCloseTo(
      (50 * 0.2 * 1_769) / 1_024,
      9,
    );
  });

  it("writes and reads the state of an entity by its size, which its longest window decides", () => {
    // a card: 100 events a day, kept for a day, 11 + 5 bytes each, and 150: 1,750 bytes
    expect(used()["purchases: state of card: written"]?.how).toContain(
      "400 updates of 1,750 bytes",
    );
    expect(perDay("purchases: state of card: written")).toBeCloseTo(800, 9);
    expect(perDay("purchases: state of card: read before")).toBeCloseTo(400, 9);
    expect(used()["purchases: state of card: kept"]?.quantity).toBeCloseTo(17_500 / 2 ** 30, 12);
    // a shop: 2,000 events of 11 bytes: 22,150
    expect(perDay("purchases: state of shop: written")).toBeCloseTo(50 * 22, 9);
    expect(perDay("purchases: state of shop: read before")).toBeCloseTo(50 * 6, 9);
  });

  it("writes no more than a head of an entity with very many events", () => {
    expect(used({ events: 1_000_000 })["purchases: state of shop: written"]?.how).toContain(
      "updates of 49,302 bytes",
    );
  });

  it("has no state of a kind that no event had", () => {
    const items = Object.keys(used({ kinds: {}, messages: 0, messageBytes: 0 }));

    expect(items.filter((item) => item.includes("state"))).toEqual([]);
  });
});

describe("featureCost", () => {
  const prices = {
    s3UsdPerPut: 0.003,
    sqsUsdPerRequest: 0,
    lambdaUsdPerRequest: 0,
    s3UsdPerGbMonth: 0,
    dynamodbUsdPerWriteUnit: 0.001,
    dynamodbUsdPerReadUnit: 0,
    dynamodbUsdPerGbMonth: 0,
    dynamodbRecoveryUsdPerGbMonth: 0,
  };
  const cost = (feature: string) =>
    featureCost(stream, feature, activity, { region: "here", prices });

  it("shares what features of one kind and of one stream have in common", () => {
    // files: 0.15 USD a day by three features; cards: 0.8 USD by two; shops: 1.1 USD of one
    expect(cost("card_sum_1d").usdPerMonth / DAYS).toBeCloseTo(0.05 + 0.4, 9);
    expect(cost("card_count_1h").usdPerMonth / DAYS).toBeCloseTo(0.05 + 0.4, 9);
    expect(cost("shop_count_2d").usdPerMonth / DAYS).toBeCloseTo(0.05 + 1.1, 9);
  });

  it("adds up to the stream, and says that compute was not measured", () => {
    const all = Object.keys(stream.features).map((feature) => cost(feature).usdPerMonth);
    const lines = streamUses(stream, activity).map((use) => costLine(use, prices));

    expect(all.reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(
      lines.reduce((sum, { usd }) => sum + (usd ?? 0), 0),
      9,
    );
    expect(cost("card_sum_1d")).toMatchObject({
      region: "here",
      isComplete: false,
      eventsPerMonth: 30_417,
      streamUsdPerMonth: expect.closeTo(DAYS * (0.15 + 0.8 + 1.1), 6),
    });
  });
});
