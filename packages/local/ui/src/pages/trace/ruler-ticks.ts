/**
 * Round moments on a stretch of time: multiples of 1, 2 or 5 times a power of ten.
 *
 * @param most as many as there is room for
 * @returns ascending [ms], all within the stretch
 */
export function rulerTicks(fromMs: number, toMs: number, most: number): readonly number[] {
  const length = toMs - fromMs;
  if (!(length > 0)) return [fromMs];
  const rough = length / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? 10 * power;
  const first = Math.ceil(fromMs / step - 1e-9);
  const ticks: number[] = [];
  for (let place = first; place * step <= toMs + step * 1e-9; place++) ticks.push(place * step);
  return ticks;
}
