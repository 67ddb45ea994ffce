import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Action } from "../../core/access/access-token.ts";
import { NotFoundError } from "../../core/errors.ts";
import type { RouteDoc } from "../../core/openapi/route-doc.ts";
import { shortened } from "../../core/shown-value.ts";
import type { ErrorBodyOf } from "./http-errors.ts";

/** Parts of the path that a route leaves open, by name. */
export type PathParameters = Readonly<Record<string, string>>;

/** Where a route stands, and what the OpenAPI document says of it. */
export interface RoutePlace {
  readonly method: "GET" | "POST";
  /**
   * Such as `/models/{model}/predictions`: a part in braces takes any text without a slash or a
   * colon, `/?` at the end a slash or none.
   */
  readonly path: string;
  readonly doc: RouteDoc;
  /** What a caller must be allowed to. @default "read" for GET, "predict" for POST */
  readonly action?: Action;
}

/** A route that answers JSON. */
export interface JsonRoute extends RoutePlace {
  /** @returns the body of the answer. */
  readonly answer: (
    event: APIGatewayProxyEventV2,
    parameters: PathParameters,
  ) => Promise<object> | object;
  /** Status of the answer, by its body. @default 200 */
  readonly statusOf?: (body: object) => number;
}

/** A route that answers something else, such as bytes or a page. */
export interface RawRoute extends RoutePlace {
  /** @returns all of the answer; its body must not be empty. */
  readonly respond: (
    event: APIGatewayProxyEventV2,
    parameters: PathParameters,
  ) => Promise<APIGatewayProxyStructuredResultV2> | APIGatewayProxyStructuredResultV2;
}

export type Route = JsonRoute | RawRoute;

type Router = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

const JSON_HEADERS = { "content-type": "application/json" };

/** An answer of JSON. */
export const jsonAnswer = (body: object, statusCode = 200): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: JSON_HEADERS,
  body: JSON.stringify(body),
});

export interface RouteMatch {
  readonly route: Route;
  readonly parameters: PathParameters;
}

/** The route that answers; where there is none, methods that the path has. */
export type RouteMatcher = (
  method: string,
  rawPath: string,
) => { readonly found?: RouteMatch; readonly allowed: readonly string[] };

/**
 * The first route that fits method and path. HEAD is answered as GET is: the server in front leaves the
 * body out, as HTTP demands of it.
 */
export function routeMatcher(routes: readonly Route[]): RouteMatcher {
  const compiled = routes.map((route) => ({ route, pattern: patternOf(route.path) }));
  return (method, rawPath) => {
    const wanted = method === "HEAD" ? "GET" : method;
    const allowed: string[] = [];
    for (const { route, pattern } of compiled) {
      const match = pattern.exec(rawPath);
      if (match === null) continue;
      if (route.method === wanted)
        return { found: { route, parameters: match.groups ?? {} }, allowed };
      allowed.push(route.method === "GET" ? "GET, HEAD" : route.method);
    }
    return { allowed };
  };
}

/**
 * Answers by the route that fits; 405 with `Allow` where only the path fits.
 * The function returned throws NotFoundError where no path fits.
 */
export function router(match: RouteMatcher, bodyOf: ErrorBodyOf): Router {
  return async (event) => {
    const { rawPath } = event;
    const { method } = event.requestContext.http;
    const { found, allowed } = match(method, rawPath);
    if (found !== undefined) return answerBy(found.route, event, found.parameters);
    if (allowed.length === 0) throw new NotFoundError(`nothing answers at ${shortened(rawPath)}`);
    const allow = [...new Set(allowed)].join(", ");
    const message = `${shortened(method)} is not answered here; use ${allow}`;
    const answer = jsonAnswer(bodyOf(event, { error: "MethodNotAllowed", message }), 405);
    return { ...answer, headers: { ...JSON_HEADERS, allow } };
  };
}

async function answerBy(
  route: Route,
  event: APIGatewayProxyEventV2,
  parameters: PathParameters,
): Promise<APIGatewayProxyStructuredResultV2> {
  if ("respond" in route) return route.respond(event, parameters);
  const body = await route.answer(event, parameters);
  return jsonAnswer(body, route.statusOf?.(body));
}

/** Dots, colons and such stand for themselves; only `/?` at the end does not. */
function patternOf(path: string): RegExp {
  const [fixed = ""] = path.split("/?");
  const slash = fixed === path ? "" : "/?";
  const escaped = fixed.replace(/[.+*()|^$\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\{(\w+)\}/g, "(?<$1>[^/:]+)")}${slash}$`);
}
