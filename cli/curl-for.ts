import type { StoredDefinition } from "../core/definition/model-definition.ts";

/** A curl that asks the champion for the definition's example, or the model's metadata without one. */
export function curlFor(url: string, { name, example }: StoredDefinition): string {
  if (example === undefined) return `curl ${url}/v2/models/${name}`;
  const body = JSON.stringify({ instances: [example] });
  return `curl -s ${url}/models/${name}/predictions -H 'content-type: application/json' -d '${body}'`;
}
