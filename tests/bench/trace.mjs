// What a trace of Chromium says about the work of the page's main thread.

/** Gives the milliseconds of work in each frame: what ran from one animation frame to the next. */
export function framesOf(events) {
  // Of the browser's processes, the page's is the one that has frames.
  const fired = events.filter(({ name }) => name === 'FireAnimationFrame');
  const { pid, tid } = fired[Math.floor(fired.length / 2)];
  const own = events.filter((event) => event.pid === pid && event.tid === tid);
  const starts = own.filter(({ name }) => name === 'FireAnimationFrame').map(({ ts }) => ts);
  starts.sort((a, b) => a - b);
  const work = new Array(Math.max(0, starts.length - 1)).fill(0);
  let frame = 0;
  const tasks = own.filter(({ name, ph }) => name === 'RunTask' && ph === 'X');
  for (const { ts, dur } of tasks.sort((a, b) => a.ts - b.ts)) {
    // The task that an animation frame runs in begins a little before it.
    while (frame < work.length && ts + dur > starts[frame + 1]) frame += 1;
    if (ts + dur > starts[0] && frame < work.length) work[frame] += dur / 1e3;
  }
  return work;
}

/** Gives the least of some numbers that so large a part of them does not exceed. */
export function quantile(numbers, part) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
}
