import type { RouteDoc } from "./route-doc.ts";

const group = "This documentation";

export const documentationDocs = {
  document: {
    id: "openApiDocument",
    summary: "The OpenAPI document of every route",
    group,
    answer: [{}],
    errors: [],
  },
  page: {
    id: "docsPage",
    summary: "The OpenAPI document as a page",
    group,
    answer: [{ type: "text/html" }],
    errors: [],
  },
} satisfies Readonly<Record<string, RouteDoc>>;
