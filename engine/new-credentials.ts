import { randomBytes } from "node:crypto";
import type { Credentials } from "../core/access/access-token.ts";

/** Credentials that nobody can guess: the secret has 256 bits of the system's randomness. */
export const newCredentials = (): Credentials => ({
  id: randomBytes(8).toString("hex"),
  secret: randomBytes(32).toString("base64url"),
});
