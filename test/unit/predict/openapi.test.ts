import { describe, expect, it } from "vitest";
import type { z } from "zod";
import {
  kserveExplainedSchema,
  kserveModelSchema,
  pingSchema,
  predictionsSchema,
} from "../../../core/inference/adapter-schemas.ts";
import * as schemas from "../../../core/inference/oip-schemas.ts";
import {
  plainAnswerSchema,
  plainErrorSchema,
  protocolErrorSchema,
} from "../../../core/inference/plain-schemas.ts";
import { docsPage } from "../../../core/openapi/docs-page.ts";
import { exampleText } from "../../../core/openapi/example-text.ts";
import {
  type OpenApiDocument,
  openApiDocument,
  type SchemaObject,
} from "../../../core/openapi/openapi-document.ts";
import { shapeText } from "../../../core/openapi/shape-text.ts";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { MODEL, servingWorld } from "../../fixtures/serving-world.ts";

const FLIGHT = { date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 };
const PREDICTIONS = `/models/${MODEL}/predictions`;
const INPUTS = Object.entries(FLIGHT).map(([name, value]) => ({
  ...{ name, shape: [1], data: [value] },
  datatype: typeof value === "number" ? "FP64" : "BYTES",
}));

const world = servingWorld();
const SEEN = { destination: "LAX", distance: 1745, origin: "ORD", hour: 17, weekday: 0 };
const samples = new TextEncoder().encode(JSON.stringify([{ inputs: SEEN, score: 0 }]));
world.promote(world.publish({ files: { "samples.json": samples } }));
const handler = makeHandler({
  ...world.deps,
  events: {
    streams: { stream: async () => Promise.reject(new Error("unused")) },
    queue: world.deps.queue,
  } as never,
});
const get = (path: string, method = "GET") => handler(httpEvent(method, path));
const document = async (): Promise<OpenApiDocument> =>
  JSON.parse((await get("/openapi.json")).body ?? "");

const operationsOf = ({ paths }: OpenApiDocument) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

const concrete = (path: string) =>
  path.replace("{model}", MODEL).replace("{version}", "1").replace("{stream}", "s");

/** Every reference within a value. */
const refsOf = (value: unknown): readonly string[] => {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "$ref" ? [String(inner)] : refsOf(inner),
  );
};

describe("an endpoint that asks who calls", () => {
  const documentOf = async (mode: "tokens" | "iam"): Promise<OpenApiDocument> => {
    const access =
      mode === "iam" ? { mode } : { mode, tokens: { find: async () => undefined }, sha256: String };
    const guarded = makeHandler({ ...world.deps, access });
    const principal = { authorizer: { iam: { userArn: "arn:aws:iam::1:user/u" } } };
    const event = httpEvent("GET", "/openapi.json");
    Object.assign(event.requestContext, principal);
    const answer = await guarded(event);
    expect(answer.statusCode).toBe(mode === "iam" ? 200 : 401);
    return mode === "iam"
      ? JSON.parse(answer.body ?? "")
      : openApiDocument([], {
          version: "1",
          isTextError: () => false,
          access: { mode, isPublic: () => false },
        });
  };

  it("says how, what it answers otherwise, and what is open to all", async () => {
    const iam = await documentOf("iam");

    expect(iam.security).toEqual([{ sigv4: [] }]);
    expect(iam.components.securitySchemes?.sigv4).toMatchObject({ in: "header", type: "apiKey" });
    const open = operationsOf(iam).filter(({ operation }) => operation.security?.length === 0);
    expect(open.map(({ path }) => path)).toEqual(["/v2/health/live", "/v2/health/ready", "/ping"]);
    const guarded = operationsOf(iam).filter(({ operation }) => operation.security === undefined);
    for (const { operation } of guarded) {
      expect(Object.keys(operation.responses)).toEqual(
        expect.arrayContaining(["401", "403", "429", "503"]),
      );
    }
    expect(docsPage(iam)).toContain("<p>Access: sigv4, AWS Signature Version 4");
    const tokens = await documentOf("tokens");
    expect(tokens.security).toEqual([{ bearer: [] }]);
    expect(tokens.components.securitySchemes?.bearer).toMatchObject({ scheme: "bearer" });
  });

  it("says nothing of access where everybody may ask", async () => {
    const open = await document();

    expect(open.security).toBeUndefined();
    expect(open.components.securitySchemes).toBeUndefined();
    expect(docsPage(open)).not.toContain("Access:");
  });
});

describe("GET /openapi.json", () => {
  it("has every route of the endpoint", async () => {
    const routes = operationsOf(await document()).map(
      ({ path, method }) => `${method.toUpperCase()} ${path}`,
    );

    expect(routes).toMatchInlineSnapshot(`
      [
        "POST /models/{model}/predictions",
        "GET /models/{model}/schema",
        "POST /models/{model}/versions/{version}/predictions",
        "GET /models/{model}/versions/{version}/schema",
        "GET /v2",
        "GET /v2/health/live",
        "GET /v2/health/ready",
        "GET /v2/models",
        "GET /v2/models/{model}",
        "GET /v2/models/{model}/ready",
        "POST /v2/models/{model}/infer",
        "GET /v2/models/{model}/versions/{version}",
        "GET /v2/models/{model}/versions/{version}/ready",
        "POST /v2/models/{model}/versions/{version}/infer",
        "POST /v2/repository/index",
        "POST /v2/repository/models/{model}/load",
        "POST /v2/repository/models/{model}/unload",
        "POST /v1/models/{model}:predict",
        "POST /v1/models/{model}:explain",
        "GET /v1/models",
        "GET /v1/models/{model}",
        "GET /ping",
        "POST /invocations",
        "POST /streams/{stream}/events",
        "GET /openapi.json",
        "GET /docs",
      ]
    `);
  });

  it("names at each path the methods that are answered there, and no other", async () => {
    const { paths } = await document();

    for (const [path, methods] of Object.entries(paths)) {
      const refused = await get(concrete(path), "PATCH");
      expect(refused.statusCode, path).toBe(405);
      const documented = Object.keys(methods).map((m) => (m === "get" ? "GET, HEAD" : "POST"));
      expect(String(refused.headers?.allow).split(", ").sort(), path).toEqual(
        [...new Set(documented.join(", ").split(", "))].sort(),
      );
    }
  });

  it("is a document by the rules of OpenAPI 3.1", async () => {
    const made = await document();
    const operations = operationsOf(made);
    const ids = operations.map(({ operation }) => operation.operationId);

    expect(made.openapi).toMatch(/^3\.1\.\d+$/);
    expect(made.info).toMatchObject({ title: "Millrace", version: "0.1.0" });
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = operation.parameters.filter((parameter) => parameter.in === "path");
      expect(declared.map(({ name }) => name)).toEqual(named);
      expect(declared.every(({ required }) => required)).toBe(true);
      expect(Object.keys(operation.responses).every((code) => /^[2-5]\d\d$/.test(code))).toBe(true);
      expect(made.tags).toContainEqual({ name: operation.tags[0] });
    }
  });

  it("refers to nothing that is not there", async () => {
    const made = await document();
    const names = Object.keys(made.components.schemas).map(
      (name) => `#/components/schemas/${name}`,
    );

    expect(refsOf(made).length).toBeGreaterThan(50);
    expect(refsOf(made).filter((ref) => !names.includes(ref))).toEqual([]);
  });

  it("has examples that are answered", async () => {
    for (const { path, method, operation } of operationsOf(await document())) {
      if (path.includes("stream")) continue;
      for (const [type, { example }] of Object.entries(operation.requestBody?.content ?? {})) {
        if (example === undefined) continue;
        const headers = { "content-type": type };
        const event = httpEvent(method.toUpperCase(), concrete(path), example, { headers });
        expect((await handler(event)).statusCode, `${path} ${type}`).toBe(200);
      }
    }
  });

  it.each([
    ["GET", "/v2", undefined, schemas.serverMetadataSchema],
    ["GET", "/v2/health/live", undefined, schemas.liveSchema],
    ["GET", "/v2/health/ready", undefined, schemas.serverReadySchema],
    ["GET", "/v2/models", undefined, schemas.modelListSchema],
    ["GET", `/v2/models/${MODEL}`, undefined, schemas.modelMetadataSchema],
    ["GET", `/v2/models/${MODEL}/ready`, undefined, schemas.modelReadySchema],
    ["POST", `/v2/models/${MODEL}/infer`, { id: "a", inputs: INPUTS }, schemas.inferResponseSchema],
    ["POST", "/v2/repository/index", {}, schemas.repositoryIndexSchema],
    ["GET", `/v1/models/${MODEL}`, undefined, kserveModelSchema],
    ["POST", `/v1/models/${MODEL}:predict`, { instances: [FLIGHT] }, predictionsSchema],
    ["POST", `/v1/models/${MODEL}:explain`, { instances: [FLIGHT] }, kserveExplainedSchema],
    ["GET", "/ping", undefined, pingSchema],
    ["POST", `/models/${MODEL}/predictions`, { instances: [FLIGHT] }, plainAnswerSchema],
    ["POST", PREDICTIONS, { instances: [FLIGHT], explain: true }, plainAnswerSchema],
    ["POST", `/models/${MODEL}/predictions`, { instances: [{}] }, plainErrorSchema],
    ["POST", `/v2/models/${MODEL}/infer`, {}, protocolErrorSchema],
  ])("has the shape of the answer to %s %s", async (method, path, body, schema: z.ZodType) => {
    const answer = JSON.parse((await handler(httpEvent(method, path, body))).body ?? "");

    // parsing leaves out what the schema does not say
    expect(schema.parse(answer)).toEqual(answer);
  });

  it("tells errors as the path's protocol has them", async () => {
    const { paths } = await document();
    const errorOf = (path: string) =>
      paths[path]?.post?.responses["400"]?.content["application/json"]?.schema;

    expect(errorOf("/models/{model}/predictions")).toEqual({ $ref: "#/components/schemas/Error" });
    for (const path of ["/v2/models/{model}/infer", "/v1/models/{model}:predict"]) {
      expect(errorOf(path)).toEqual({ $ref: "#/components/schemas/ProtocolError" });
    }
  });

  it("says no more of an error than its number where nothing is known of it", () => {
    const doc = { id: "a", summary: "s", group: "g", answer: [{}], errors: [418] };
    const options = { version: "1", isTextError: () => false };

    const made = openApiDocument([{ method: "GET", path: "/a", doc }], options);

    expect(made.paths["/a"]?.get?.responses["418"]?.description).toBe("an error");
  });
});

describe("answers to HEAD", () => {
  it.each(["/v2", "/v2/health/ready", `/v2/models/${MODEL}`, "/ping", "/docs", "/openapi.json"])(
    "are those to GET at %s",
    async (path) => {
      const [head, plain] = [await get(path, "HEAD"), await get(path)];

      expect(head).toEqual(plain);
      expect(head.statusCode).toBe(200);
    },
  );

  it("fail where GET is not answered", async () => {
    expect((await get(`/models/${MODEL}/predictions`, "HEAD")).statusCode).toBe(405);
  });
});

describe("GET /docs", () => {
  it("shows every route, and loads and runs nothing", async () => {
    const { headers, body = "" } = await get("/docs");
    const ids = operationsOf(await document()).map(({ operation }) => operation.operationId);

    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": expect.stringMatching(
        /^default-src 'none'; style-src 'unsafe-inline';/,
      ),
    });
    for (const id of ids) expect(body).toContain(`<details id="${id}">`);
    expect(body).not.toMatch(/<script|<link|<img|https?:\/\//);
  });

  it("escapes what the document says", async () => {
    const made = await document();
    const info = { ...made.info, title: `<b>"&"</b>` };

    const page = docsPage({ ...made, info });

    expect(page).toContain("&lt;b&gt;&quot;&amp;&quot;&lt;/b&gt;");
    expect(page).not.toContain("<b>");
  });
});

describe("shapeText", () => {
  const schemas = { Id: { type: "string" } };

  it.each<[string, SchemaObject]>([
    ["string", { $ref: "#/components/schemas/Id" }],
    ["any", { $ref: "#/components/schemas/Gone" }],
    ["any", {}],
    ["integer", { type: "integer" }],
    ["string | null", { type: ["string", "null"] }],
    ["string | number", { anyOf: [{ type: "string" }, { type: "number" }, { type: "string" }] }],
    ['"ok"', { type: "string", const: "ok" }],
    ['"a" | "b"', { enum: ["a", "b"] }],
    ["string[]", { type: "array", items: { type: "string" } }],
    ["any[]", { type: "array" }],
    ["(string | null)[]", { type: "array", items: { type: ["string", "null"] } }],
    ["{ [name]: number }", { type: "object", additionalProperties: { type: "number" } }],
    ["{\n  a?: any\n}", { type: "object", properties: { a: {} } }],
    [
      "{\n  a: {\n    b?: string\n  }[]\n}",
      {
        type: "object",
        required: ["a"],
        properties: {
          a: { type: "array", items: { type: "object", properties: { b: { type: "string" } } } },
        },
      },
    ],
  ])("writes %j", (text, schema) => {
    expect(shapeText(schema, schemas)).toBe(text);
  });
});

describe("exampleText", () => {
  it("keeps on a line what fits there, and is the same JSON", () => {
    const long = "x".repeat(60);
    const value = { a: [1, null, "b"], list: [{ long, other: long }, {}], none: [] };

    const text = exampleText(value);

    expect(text).toBe(
      `{\n  "a": [ 1, null, "b" ],\n  "list": [\n    {\n      "long": "${long}",\n      "other": "${long}"\n    },\n    {}\n  ],\n  "none": []\n}`,
    );
    expect(JSON.parse(text)).toEqual(value);
    expect(exampleText(long + long)).toBe(`"${long}${long}"`);
    expect(exampleText(null)).toBe("null");
  });
});
