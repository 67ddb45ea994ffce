import type { z } from "zod";

/** A shape of JSON by its name in the document. The schema is made when the document is. */
export interface NamedSchema {
  readonly name: string;
  readonly schema: () => z.ZodType;
}

/** One form of a body. */
export interface BodyDoc {
  /** Media type. @default "application/json" */
  readonly type?: string;
  /** Absent: text or bytes, or JSON of any shape. */
  readonly schema?: NamedSchema;
  /** A body that is right, as JSON or text. */
  readonly example?: unknown;
}

export interface HeaderDoc {
  readonly name: string;
  readonly description: string;
}

/** What the OpenAPI document says of a route. */
export interface RouteDoc {
  /** Unique among all routes, such as "infer". */
  readonly id: string;
  /** What the route does, in one line. */
  readonly summary: string;
  /** Routes of one protocol stand together. */
  readonly group: string;
  /** What is worth more than a line, in plain text. */
  readonly description?: string;
  readonly headers?: readonly HeaderDoc[];
  /** Forms of the request's body. Absent: none is read. */
  readonly request?: readonly BodyDoc[];
  /** @default 200 */
  readonly status?: number;
  /** Forms of the answer's body. */
  readonly answer: readonly BodyDoc[];
  /** Statuses of errors that the route answers. */
  readonly errors: readonly number[];
}

/** Header that every route that predicts reads. */
export const ROUTING_KEY: HeaderDoc = {
  name: "X-Millrace-Routing-Key",
  description: "requests of one key are answered by one version, where several share the traffic",
};
