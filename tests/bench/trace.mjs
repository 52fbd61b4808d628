// Analysis of a Chromium trace: the work of the page's main thread.

/** Returns the milliseconds of work in each frame: the tasks from one animation frame to the next. */
export function framesOf(events) {
  // The process of the page is the only one with animation frames.
  const fired = events.filter(({ name }) => name === 'FireAnimationFrame');
  const { pid, tid } = fired[Math.floor(fired.length / 2)];
  const own = events.filter((event) => event.pid === pid && event.tid === tid);
  const starts = own.filter(({ name }) => name === 'FireAnimationFrame').map(({ ts }) => ts);
  starts.sort((a, b) => a - b);
  const work = new Array(Math.max(0, starts.length - 1)).fill(0);
  let frame = 0;
  const tasks = own.filter(({ name, ph }) => name === 'RunTask' && ph === 'X');
  for (const { ts, dur } of tasks.sort((a, b) => a.ts - b.ts)) {
    // The task of an animation frame begins a little before it.
    while (frame < work.length && ts + dur > starts[frame + 1]) frame += 1;
    if (ts + dur > starts[0] && frame < work.length) work[frame] += dur / 1e3;
  }
  return work;
}

/** Returns a quantile: the least number that a share `part` of the numbers does not exceed. */
export function quantile(numbers, part) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
}
