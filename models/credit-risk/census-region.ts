/** Regions of the United States Census Bureau and the states in them. */
const STATES: Readonly<Record<string, readonly string[]>> = {
  northeast: ["CT", "ME", "MA", "NH", "NJ", "NY", "PA", "RI", "VT"],
  midwest: ["IA", "IL", "IN", "KS", "MI", "MN", "MO", "ND", "NE", "OH", "SD", "WI"],
  south: [
    ...["AL", "AR", "DC", "DE", "FL", "GA", "KY", "LA", "MD", "MS", "NC", "OK", "SC", "TN"],
    ...["TX", "VA", "WV"],
  ],
  west: ["AK", "AZ", "CA", "CO", "HI", "ID", "MT", "NM", "NV", "OR", "UT", "WA", "WY"],
};

/**
 * Source: "Census Regions and Divisions of the United States", US Census Bureau.
 *
 * @param state two letters
 * @returns null for what is no state
 */
export function censusRegion(state: string | null): string | null {
  const found = Object.entries(STATES).find(([, states]) => states.includes(state ?? ""));
  return found?.[0] ?? null;
}
