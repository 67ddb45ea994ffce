import { canonicalJson } from "../canonical-json.ts";
import type { StoredDefinition } from "./model-definition.ts";

/** A definition ready to be stored: its two files and the digest that names them. */
export interface DefinitionBundle {
  readonly definition: StoredDefinition;
  /** ES module whose exports are the functions of the row features, by name. */
  readonly code: string;
  readonly digest: string;
}

/** Text whose SHA-256 is the digest of a definition. */
export function definitionDigestText(definition: StoredDefinition, codeSha256: string): string {
  return canonicalJson({ definition, codeSha256 });
}
