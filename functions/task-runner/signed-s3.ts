import { AwsClient } from "aws4fetch";
import {
  ForbiddenError,
  IntegrityError,
  NotFoundError,
  UnavailableError,
} from "../../core/errors.ts";
import { again, type Fetch, reaching, reasonOf, type Sleep } from "./again.ts";
import type { Credentials } from "./container-credentials.ts";

/** An object of S3. */
export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

export interface SignedS3 {
  /** @throws {NotFoundError | ForbiddenError | IntegrityError | UnavailableError} */
  readonly get: (place: ObjectPlace) => Promise<Uint8Array>;
  /**
   * Stores an object under a key that nobody else uses.
   *
   * @throws {ForbiddenError | UnavailableError}
   */
  readonly putNew: (place: ObjectPlace, text: string) => Promise<void>;
}

export interface SignedS3Options {
  readonly fetch: Fetch;
  readonly sleep: Sleep;
  /** Asked for each request: they expire while a model trains. */
  readonly credentials: () => Promise<Credentials>;
  readonly region: string;
  /** Host name of S3 in the region. */
  readonly host: string;
  /** Another S3, such as one of a test; its buckets are the first part of the path. */
  readonly endpoint?: string | undefined;
}

/**
 * The two calls of S3 that a container makes before and after its function's package is there: signed
 * requests over `fetch`, a few kilobytes of code where the SDK has hundreds.
 */
export function signedS3(options: SignedS3Options): SignedS3 {
  const { region, sleep } = options;
  const fetch = reaching(options.fetch);

  const request = async (place: ObjectPlace, init: RequestInit): Promise<Response> => {
    const client = new AwsClient({ ...(await options.credentials()), service: "s3", region });
    const response = await fetch(await client.sign(urlOf(place, options), init));
    if (response.status >= 500 || response.status === 429 || response.status === 409) {
      await response.body?.cancel();
      throw new UnavailableError(`S3 answered ${response.status} for ${shown(place)}`);
    }
    return response;
  };

  return {
    get: (place) =>
      again(
        async () => {
          const headers = { "x-amz-checksum-mode": "ENABLED" };
          return bytesOf(place, await request(place, { method: "GET", headers }));
        },
        { sleep },
      ),

    putNew: (place, text) =>
      again(
        async () => {
          const headers = { "content-type": "application/json", "if-none-match": "*" };
          const response = await request(place, { method: "PUT", headers, body: text });
          // 412: an earlier try stored it, and its answer was lost.
          if (response.ok || response.status === 412) return;
          throw refusal(place, response);
        },
        { sleep },
      ),
  };
}

async function bytesOf(place: ObjectPlace, response: Response): Promise<Uint8Array> {
  if (!response.ok) throw refusal(place, response);
  const bytes = await readAll(place, response);
  const expected = response.headers.get("content-length");
  if (expected !== null && Number(expected) !== bytes.byteLength) {
    throw new UnavailableError(
      `${shown(place)} has ${expected} bytes, ${bytes.byteLength} arrived`,
    );
  }
  // Of an object that was uploaded in parts it ends in `-<parts>` and is a digest of digests.
  const sha256 = response.headers.get("x-amz-checksum-sha256");
  if (sha256 && !sha256.includes("-") && sha256 !== (await base64Sha256(bytes))) {
    throw new IntegrityError(`${shown(place)} is not what S3 says it is: its sha-256 differs`);
  }
  return bytes;
}

async function readAll(place: ObjectPlace, response: Response): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new UnavailableError(`${shown(place)} broke off: ${reasonOf(cause)}`, { cause });
  }
}

function refusal(place: ObjectPlace, { status }: Response) {
  if (status === 404) return new NotFoundError(`there is no ${shown(place)}`);
  return new ForbiddenError(`S3 answered ${status} for ${shown(place)}; look at the task's role`);
}

function urlOf({ bucket, key }: ObjectPlace, { host, endpoint }: SignedS3Options): string {
  const path = key.split("/").map(encodeURIComponent).join("/");
  return endpoint ? `${endpoint}/${bucket}/${path}` : `https://${bucket}.${host}/${path}`;
}

async function base64Sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Buffer.from(digest).toString("base64");
}

const shown = ({ bucket, key }: ObjectPlace) => `s3://${bucket}/${key}`;
