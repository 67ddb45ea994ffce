import { z } from "zod";
import { plainErrorSchema, protocolErrorSchema } from "../inference/plain-schemas.ts";
import type { BodyDoc, HeaderDoc, NamedSchema, RouteDoc } from "./route-doc.ts";

/** A JSON Schema as plain data, or a reference to one of the document. */
export type SchemaObject = Readonly<Record<string, unknown>>;

export interface MediaObject {
  readonly schema?: SchemaObject;
  readonly example?: unknown;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "header";
  readonly required: boolean;
  readonly description?: string;
  readonly schema: SchemaObject;
}

export type Content = Readonly<Record<string, MediaObject>>;

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  /** Of the document where it is absent; empty where the route wants no caller. */
  readonly security?: readonly [];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content: Content }>
  >;
}

/** What is used here of an OpenAPI document. Source: OpenAPI Specification 3.1.1. */
export interface OpenApiDocument {
  readonly openapi: "3.1.1";
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description: string;
    readonly license: { readonly name: string; readonly identifier: string };
  };
  readonly tags: readonly { readonly name: string }[];
  /** By path, then by method in lower case. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, SchemaObject>>;
    readonly securitySchemes?: Readonly<Record<string, SchemaObject>>;
  };
  /** Absent: everybody may ask. */
  readonly security?: readonly Readonly<Record<string, readonly []>>[];
}

/** A route of the endpoint, as the document needs it. */
export interface DocumentedRoute {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly doc: RouteDoc;
}

/** Who may ask, and where nobody is asked who it is. */
export interface DocumentedAccess {
  readonly mode: "tokens" | "iam";
  readonly isPublic: (path: string) => boolean;
}

const SCHEMES: Readonly<Record<DocumentedAccess["mode"], Readonly<Record<string, SchemaObject>>>> =
  {
    tokens: {
      bearer: {
        ...{ type: "http", scheme: "bearer", bearerFormat: "mrt_<id>_<secret>" },
        description: "a token of millrace tokens create, for the model and what is done with it",
      },
    },
    // OpenAPI has no scheme of AWS signatures; API Gateway writes them so, and generators know it
    iam: {
      sigv4: {
        ...{ type: "apiKey", name: "Authorization", in: "header" },
        "x-amazon-apigateway-authtype": "awsSigv4",
        description: "AWS Signature Version 4, of the service lambda",
      },
    },
  };
/** What a route that wants a caller answers besides its own errors. */
const ACCESS_ERRORS = [401, 403, 429, 503] as const;

const DESCRIPTION =
  "Predictions of Millrace. Every GET answers HEAD as well. Bodies may come as gzip or deflate and hold at most 6 MiB, unpacked. Every answer carries x-request-id.";

const ERRORS: Readonly<Record<number, string>> = {
  400: "something is wrong with the input; every wrong field is named",
  401: "the caller did not say who it is",
  403: "the caller may not do this",
  404: "no such model, version or stream",
  409: "it is not as the caller expects",
  413: "more than 6 MiB of body, or more than 10,000 rows",
  415: "the body is of another type, or packed in another way",
  429: "too many requests; see Retry-After",
  503: "nothing can answer at the moment; see Retry-After",
};

const PLAIN_ERROR: NamedSchema = { name: "Error", schema: () => plainErrorSchema };
const TEXT_ERROR: NamedSchema = { name: "ProtocolError", schema: () => protocolErrorSchema };

/**
 * The OpenAPI document of routes, from what they say of themselves and the schemas that their bodies are checked by.
 *
 * @param isTextError whether errors below a path are one text, as the path's protocol has it
 */
export function openApiDocument(
  routes: readonly DocumentedRoute[],
  {
    version,
    isTextError,
    access,
  }: {
    readonly version: string;
    readonly isTextError: (path: string) => boolean;
    /** Absent: everybody may ask. */
    readonly access?: DocumentedAccess | undefined;
  },
): OpenApiDocument {
  const schemas = new Map<string, SchemaObject>();
  const refer = ({ name, schema }: NamedSchema): SchemaObject => {
    if (!schemas.has(name)) schemas.set(name, plainSchema(schema()));
    return { $ref: `#/components/schemas/${name}` };
  };
  const paths: Record<string, Record<string, Operation>> = {};
  for (const { method, path, doc } of routes) {
    const place = path.replace("/?", "");
    const error = isTextError(place) ? TEXT_ERROR : PLAIN_ERROR;
    const operations = paths[place] ?? {};
    const caller = access && (access.isPublic(place) ? "none" : "wanted");
    operations[method.toLowerCase()] = operationOf(doc, place, { error, refer, caller });
    paths[place] = operations;
  }
  const securitySchemes = access && SCHEMES[access.mode];
  return {
    openapi: "3.1.1",
    info: {
      title: "Millrace",
      version,
      description: DESCRIPTION,
      license: { name: "Apache License 2.0", identifier: "Apache-2.0" },
    },
    tags: [...new Set(routes.map(({ doc }) => doc.group))].map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(schemas),
      ...(securitySchemes && { securitySchemes }),
    },
    ...(securitySchemes && {
      security: Object.keys(securitySchemes).map((name) => ({ [name]: [] })),
    }),
  };
}

/** What comes in: members that are not said here may stand in an answer too. */
function plainSchema(schema: z.ZodType): SchemaObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return rest;
}

interface Naming {
  readonly error: NamedSchema;
  readonly refer: (schema: NamedSchema) => SchemaObject;
  /** Whether the route wants to know who asks; `undefined` where no route does. */
  readonly caller: "wanted" | "none" | undefined;
}

function operationOf(doc: RouteDoc, path: string, { error, refer, caller }: Naming): Operation {
  const { id, summary, description, group, headers = [], request, answer, status = 200 } = doc;
  const errors = caller === "wanted" ? [...new Set([...doc.errors, ...ACCESS_ERRORS])] : doc.errors;
  const responses = [
    [status, { description: "the answer", content: contentOf(answer, refer) }] as const,
    ...errors.map((code) => {
      const content = contentOf([{ schema: error }], refer);
      return [code, { description: ERRORS[code] ?? "an error", content }] as const;
    }),
  ];
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    tags: [group],
    ...(caller === "none" && { security: [] }),
    parameters: [...pathParameters(path), ...headers.map(headerParameter)],
    ...(request && { requestBody: { content: contentOf(request, refer) } }),
    responses: Object.fromEntries(responses),
  };
}

const pathParameters = (path: string): readonly Parameter[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    ...{ name, in: "path", required: true },
    schema: { type: "string" },
  }));

const headerParameter = ({ name, description }: HeaderDoc): Parameter => ({
  ...{ name, in: "header", required: false, description },
  schema: { type: "string" },
});

function contentOf(bodies: readonly BodyDoc[], refer: Naming["refer"]): Content {
  return Object.fromEntries(
    bodies.map(({ type = "application/json", schema, example }) => [
      type,
      { ...(schema && { schema: refer(schema) }), ...(example !== undefined && { example }) },
    ]),
  );
}
