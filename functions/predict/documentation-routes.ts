import { docsPage } from "../../core/openapi/docs-page.ts";
import { documentationDocs } from "../../core/openapi/documentation-docs.ts";
import { type OpenApiDocument, openApiDocument } from "../../core/openapi/openapi-document.ts";
import { type Access, isPublic } from "../middleware/access.ts";
import type { Route } from "../middleware/router.ts";
import { isTextError } from "./error-body.ts";

const PAGE_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  // The page has a style of its own and nothing else.
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
};

/** Routes, and with them the two that tell of all. The document is made when it is first asked for. */
export function documented(
  routes: readonly Route[],
  { version, mode }: { readonly version: string; readonly mode: Access["mode"] | undefined },
): readonly Route[] {
  const access = mode && { mode, isPublic };
  let made: OpenApiDocument | undefined;
  const document = () => {
    made ??= openApiDocument(all, { version, isTextError, access });
    return made;
  };
  const all: readonly Route[] = [
    ...routes,
    { method: "GET", path: "/openapi.json", doc: documentationDocs.document, answer: document },
    {
      method: "GET",
      path: "/docs/?",
      doc: documentationDocs.page,
      respond: () => ({ statusCode: 200, headers: PAGE_HEADERS, body: docsPage(document()) }),
    },
  ];
  return all;
}
