import { InvalidInputError } from "../../core/errors.ts";
import { type ComputePlaces, computePlacesSchema } from "../../core/run/compute-places.ts";
import { parseMessage } from "../../core/run/parse-message.ts";

/**
 * What is deployed for heavy work, from the JSON text of an environment variable.
 *
 * @throws {InvalidInputError}
 */
export function computePlacesOf(text: string): ComputePlaces {
  let places: unknown;
  try {
    places = JSON.parse(text);
  } catch (cause) {
    throw new InvalidInputError(`the places for heavy work are no JSON: ${text}`, { cause });
  }
  return parseMessage(computePlacesSchema, places);
}
