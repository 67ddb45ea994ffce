import { InvalidInputError } from "../errors.ts";

/**
 * What pages of other origins may do: all that the endpoint answers, with a token. Cookies are not
 * allowed, since nothing reads one. Lambda takes no OPTIONS here: it answers preflights itself.
 */
export const CORS = {
  methods: ["GET", "HEAD", "POST"],
  headers: [
    "authorization",
    "content-type",
    "inference-header-content-length",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
    "x-millrace-routing-key",
    "x-request-id",
  ],
  exposed: ["inference-header-content-length", "retry-after", "www-authenticate", "x-request-id"],
  /** How long a browser remembers a preflight. */
  maxAgeSeconds: 3_600,
} as const;

/** As browsers write an origin: a scheme and a host in lower case, a port where it is not the scheme's. */
const ORIGIN = /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/;
/** Source: AllowOrigins of Cors, AWS Lambda API reference. */
const MOST_ORIGINS = 100;

/**
 * Origins whose pages may call the endpoint, out of a list or of text with commas.
 *
 * @throws {InvalidInputError} if one is no origin as browsers send it, or is `*`
 */
export function originsOf(value: unknown): readonly string[] {
  const origins = typeof value === "string" ? value.split(",").map((part) => part.trim()) : value;
  const isList = Array.isArray(origins) && origins.length <= MOST_ORIGINS;
  const wanted: readonly unknown[] = isList ? origins.filter((origin) => origin !== "") : [value];
  const wrong = wanted.find((origin) => !isOrigin(origin));
  if (wrong === undefined) return [...new Set(wanted as readonly string[])];
  throw new InvalidInputError(
    `${JSON.stringify(wrong)} is no list of at most ${MOST_ORIGINS} origins such as https://shop.example.com; "*" is not taken, name each`,
  );
}

function isOrigin(value: unknown): value is string {
  if (typeof value !== "string" || !ORIGIN.test(value) || !URL.canParse(value)) return false;
  // a port that is the scheme's own, or a host such as 1..2, is written otherwise by browsers
  return new URL(value).origin === value;
}
