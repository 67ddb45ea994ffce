import { describe, expect, it } from "vitest";
import { UnavailableError } from "../../../core/errors.ts";
import type { Fetch } from "../../../functions/task-runner/again.ts";
import { containerCredentials } from "../../../functions/task-runner/container-credentials.ts";

const ANSWER = { AccessKeyId: "id", SecretAccessKey: "key", Token: "session" };

function agent(answer: () => Response = () => Response.json(ANSWER)) {
  const asked: { readonly url: string; readonly authorization: string | null }[] = [];
  const fetch: Fetch = async (input, init) => {
    const authorization = new Headers(init?.headers).get("authorization");
    asked.push({ url: String(input), authorization });
    return answer();
  };
  return { fetch, asked };
}

describe("containerCredentials", () => {
  it("asks the agent of Fargate at its own address", async () => {
    const { fetch, asked } = agent();

    const credentials = await containerCredentials(fetch, { relativeUri: "/v2/credentials/1" });

    expect(credentials).toEqual({
      accessKeyId: "id",
      secretAccessKey: "key",
      sessionToken: "session",
    });
    expect(asked).toEqual([{ url: "http://169.254.170.2/v2/credentials/1", authorization: null }]);
  });

  it("asks another place with the token that it wants", async () => {
    const { fetch, asked } = agent();

    await containerCredentials(fetch, { fullUri: "http://127.0.0.1:1/c", token: "secret" });

    expect(asked).toEqual([{ url: "http://127.0.0.1:1/c", authorization: "secret" }]);
  });

  it("takes credentials without a session", async () => {
    const { fetch } = agent(() => Response.json({ ...ANSWER, Token: undefined }));

    const credentials = await containerCredentials(fetch, { fullUri: "http://127.0.0.1:1/c" });

    expect(credentials).toEqual({ accessKeyId: "id", secretAccessKey: "key" });
  });

  it.each<[string, () => Response]>([
    ["a refusal", () => new Response("no", { status: 403 })],
    ["an answer without a key", () => Response.json({ AccessKeyId: "id" })],
  ])("fails on %s", async (_name, answer) => {
    const { fetch } = agent(answer);

    await expect(containerCredentials(fetch, { relativeUri: "/x" })).rejects.toThrow(
      UnavailableError,
    );
  });

  it("fails where the task has no role", async () => {
    const { fetch, asked } = agent();

    await expect(containerCredentials(fetch, {})).rejects.toThrow(/give the task a role/);
    expect(asked).toEqual([]);
  });
});
