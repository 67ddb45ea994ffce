import { describe, expect, it } from "vitest";
import {
  ForbiddenError,
  IntegrityError,
  NotFoundError,
  UnavailableError,
} from "../../../core/errors.ts";
import { type SignedS3Options, signedS3 } from "../../../functions/task-runner/signed-s3.ts";

const PLACE = { bucket: "assets", key: "a b/package.zip" };
// printf 'bytes' | sha256sum, in base64
const SHA256_OF_BYTES = "J3CJ2RwL308uaGK6fkoHYFEZQx9dE/cm3TUrBvGyBqk=";

/** An S3 that gives these answers, one after the other, and the last one again. */
function s3(answers: readonly (() => Response)[], options: Partial<SignedS3Options> = {}) {
  const requests: Request[] = [];
  const waits: number[] = [];
  let asked = 0;
  const client = signedS3({
    fetch: async (input) => {
      requests.push(input as Request);
      const answer = answers[Math.min(requests.length, answers.length) - 1];
      return answer?.() ?? expect.fail("asked for nothing");
    },
    sleep: async (ms) => void waits.push(ms),
    credentials: async () => ({
      accessKeyId: `id-${++asked}`,
      secretAccessKey: "key",
      sessionToken: "session",
    }),
    region: "eu-central-1",
    host: "s3.eu-central-1.amazonaws.com",
    ...options,
  });
  return { ...client, requests, waits };
}

const bytes =
  (headers: Readonly<Record<string, string>> = {}) =>
  () =>
    new Response("bytes", { headers });
const status = (code: number) => () => new Response("<Error/>", { status: code });
const unreachable = (): Response => {
  throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
};

describe("signedS3", () => {
  it("signs a request for one object of a bucket in its region", async () => {
    const { get, requests } = s3([bytes()]);

    const got = await get(PLACE);

    expect(Buffer.from(got).toString()).toBe("bytes");
    expect(requests[0]?.url).toBe("https://assets.s3.eu-central-1.amazonaws.com/a%20b/package.zip");
    const authorization = requests[0]?.headers.get("authorization");
    expect(authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=id-1\/\d{8}\/eu-central-1\/s3\/aws4_request/,
    );
    expect(authorization).toContain("x-amz-security-token");
  });

  it("finds buckets by path at another endpoint", async () => {
    const { get, requests } = s3([bytes()], { endpoint: "http://127.0.0.1:1" });

    await get(PLACE);

    expect(requests[0]?.url).toBe("http://127.0.0.1:1/assets/a%20b/package.zip");
  });

  it.each([
    ["a busy S3", status(503)],
    ["too many requests", status(429)],
    ["a connection that is refused", unreachable],
  ])("tries again, with new credentials, after %s", async (_name, failure) => {
    const { get, requests, waits } = s3([failure, failure, bytes()]);

    await get(PLACE);

    expect(waits).toEqual([1_000, 2_000]);
    expect(requests[2]?.headers.get("authorization")).toContain("Credential=id-3/");
  });

  it("gives up after five tries", async () => {
    const { get, requests } = s3([unreachable]);

    await expect(get(PLACE)).rejects.toThrow(/fetch failed: connect ECONNREFUSED/);
    expect(requests).toHaveLength(5);
  });

  it("tries again when fewer bytes arrive than were told of", async () => {
    const { get, requests } = s3([bytes({ "content-length": "6" }), bytes()]);

    await get(PLACE);

    expect(requests).toHaveLength(2);
  });

  it("fails for good on an object that is not there or not allowed", async () => {
    const missing = s3([status(404)]);
    const refused = s3([status(403)]);

    await expect(missing.get(PLACE)).rejects.toThrow(NotFoundError);
    await expect(refused.get(PLACE)).rejects.toThrow(ForbiddenError);
    expect(missing.requests).toHaveLength(1);
    expect(refused.requests).toHaveLength(1);
  });

  it("compares the bytes with S3's own digest of them", async () => {
    const right = s3([bytes({ "x-amz-checksum-sha256": SHA256_OF_BYTES })]);
    const parts = s3([bytes({ "x-amz-checksum-sha256": "AAAA-3" })]);
    const wrong = s3([bytes({ "x-amz-checksum-sha256": "AAAA" })]);

    await right.get(PLACE);
    await parts.get(PLACE);

    expect(right.requests[0]?.headers.get("x-amz-checksum-mode")).toBe("ENABLED");
    await expect(wrong.get(PLACE)).rejects.toThrow(IntegrityError);
  });

  it("stores what is not there yet", async () => {
    const { putNew, requests } = s3([status(200)]);

    await putNew(PLACE, "{}");

    expect(requests[0]?.method).toBe("PUT");
    expect(requests[0]?.headers.get("if-none-match")).toBe("*");
    expect(await requests[0]?.text()).toBe("{}");
  });

  it("takes its own object for stored when the answer of an earlier try was lost", async () => {
    const { putNew, requests } = s3([unreachable, status(412)]);

    await putNew(PLACE, "{}");

    expect(requests).toHaveLength(2);
  });

  it("fails where it may not store, and where it cannot", async () => {
    await expect(s3([status(403)]).putNew(PLACE, "{}")).rejects.toThrow(ForbiddenError);
    await expect(s3([status(500)]).putNew(PLACE, "{}")).rejects.toThrow(UnavailableError);
  });
});
