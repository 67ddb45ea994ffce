/** A prediction's id: unique as the request's id is. */
export const predictionId = (id: string, row: number): string => `${id}-${row}`;
