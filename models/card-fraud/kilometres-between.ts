const EARTH_RADIUS_KM = 6_371;

/** Length of the great circle between two places in degrees (haversine formula), in kilometres. */
export function kilometresBetween(
  latitudeA: number,
  longitudeA: number,
  latitudeB: number,
  longitudeB: number,
): number {
  const halfSine = (from: number, to: number) => Math.sin(((to - from) * Math.PI) / 360) ** 2;
  const cosine = (degrees: number) => Math.cos((degrees * Math.PI) / 180);
  const share =
    halfSine(latitudeA, latitudeB) +
    cosine(latitudeA) * cosine(latitudeB) * halfSine(longitudeA, longitudeB);
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(share)));
}
