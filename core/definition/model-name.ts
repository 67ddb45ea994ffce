/** What a model may be called. The name becomes part of keys, paths and URLs as it is. */
export const MODEL_NAME = {
  pattern: /^[a-z][a-z0-9-]{1,62}$/,
  rule: "must be 2 to 63 of a-z, 0-9 and -, beginning with a letter",
} as const;
