import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { NotFoundError } from "../../core/errors.ts";
import { shortened } from "../../core/shown-value.ts";
import type { ErrorBodyOf } from "./http-errors.ts";

/** Parts of the path that a route leaves open, by name. */
export type PathParameters = Readonly<Record<string, string>>;

export interface Route {
  readonly method: "GET" | "POST";
  /**
   * Such as `/models/{model}/predictions`: a part in braces takes any text without a slash, `/?` at
   * the end a slash or none.
   */
  readonly path: string;
  /** @returns the body of the answer. */
  readonly answer: (
    event: APIGatewayProxyEventV2,
    parameters: PathParameters,
  ) => Promise<object> | object;
  /** Status of the answer, by its body. @default 200 */
  readonly statusOf?: (body: object) => number;
}

type Router = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

const JSON_HEADERS = { "content-type": "application/json" };

/**
 * Answers by the first route that fits method and path; 405 with `Allow` where only the path fits.
 * The function returned throws NotFoundError where no path fits.
 */
export function router(routes: readonly Route[], bodyOf: ErrorBodyOf): Router {
  const compiled = routes.map((route) => ({ ...route, pattern: patternOf(route.path) }));

  return async (event) => {
    const { rawPath } = event;
    const { method } = event.requestContext.http;
    const allowed: string[] = [];
    for (const route of compiled) {
      const match = route.pattern.exec(rawPath);
      if (match === null) continue;
      if (route.method === method) {
        const body = await route.answer(event, match.groups ?? {});
        const statusCode = route.statusOf?.(body) ?? 200;
        return { statusCode, headers: JSON_HEADERS, body: JSON.stringify(body) };
      }
      allowed.push(route.method);
    }
    if (allowed.length === 0) throw new NotFoundError(`nothing answers at ${shortened(rawPath)}`);
    const allow = allowed.join(", ");
    const message = `${shortened(method)} is not answered here; use ${allow}`;
    return {
      statusCode: 405,
      headers: { ...JSON_HEADERS, allow },
      body: JSON.stringify(bodyOf(event, { error: "MethodNotAllowed", message })),
    };
  };
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
}
