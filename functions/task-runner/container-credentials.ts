import { UnavailableError } from "../../core/errors.ts";
import type { Fetch } from "./again.ts";

/** Credentials of the task's role. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Where a container asks for them: a path below the agent's own address, or a whole URL. */
export interface CredentialsPlace {
  readonly relativeUri?: string | undefined;
  readonly fullUri?: string | undefined;
  /** Sent as `Authorization` where the place asks for it. */
  readonly token?: string | undefined;
}

const AGENT = "http://169.254.170.2";

/**
 * Asks for the credentials of the task's role. They live for hours and a training may too, so that
 * whoever needs them asks each time.
 *
 * Source: "Amazon ECS task IAM role", Amazon ECS developer guide, and "Container credential
 * provider", AWS SDKs and tools reference guide.
 *
 * @throws {UnavailableError} if there is no such place, or it does not answer with credentials
 */
export async function containerCredentials(
  fetch: Fetch,
  { relativeUri, fullUri, token }: CredentialsPlace,
): Promise<Credentials> {
  const url = relativeUri ? `${AGENT}${relativeUri}` : fullUri;
  if (!url) {
    throw new UnavailableError(
      "this container has no credentials: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set; give the task a role",
    );
  }
  const response = await fetch(url, token ? { headers: { authorization: token } } : {});
  const answer = response.ok ? ((await response.json()) as Readonly<Record<string, unknown>>) : {};
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: session } = answer;
  if (typeof accessKeyId !== "string" || typeof secretAccessKey !== "string") {
    throw new UnavailableError(`no credentials at ${url}: it answered ${response.status}`);
  }
  return {
    accessKeyId,
    secretAccessKey,
    ...(typeof session === "string" && { sessionToken: session }),
  };
}
