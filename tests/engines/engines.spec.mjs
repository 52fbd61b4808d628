// The smoke test of the page in three engines: each shows what Chromium shows, moment by moment, and has the
// digests of the command line, where no browser is involved.
import { execFileSync } from 'node:child_process';
import { test as base, expect } from '@playwright/test';
import { Chromium } from './chromium.mjs';
import { Firefox } from './firefox.mjs';
import { play } from './story.mjs';
import { WebKit } from './webkit.mjs';

/** The engines other than Chromium, by their project: the driver's class, and the variable with the program's path. */
const OTHERS = {
  firefox: { Driver: Firefox, variable: 'RINGSIDE_FIREFOX' },
  webkit: { Driver: WebKit, variable: 'RINGSIDE_WEBKIT' },
};

const test = base.extend({
  /** The driver of the project's engine, or undefined for Chromium. */
  other: async ({}, use, { project }) => {
    const engine = OTHERS[project.name];
    const program = engine && process.env[engine.variable];
    if (engine && !program) throw new Error(`${engine.variable} is not set.`);
    const driver = await engine?.Driver.start(program);
    try {
      await use(driver);
    } finally {
      // Also after a test that has taken too long.
      await driver?.close();
    }
  },
});

/** Plays the story, and compares its end with the command line; returns the moments before the end. */
async function checked(driver, address) {
  const { moments, link, last } = await play(driver, address);
  const run = ['run', '--quiet', '-p', 'ringside-cli', '--', 'run', link, '--json'];
  const summary = JSON.parse(execFileSync('cargo', run, { cwd: '..', encoding: 'utf8' }));
  expect(summary.virtual_time_ms).toBeCloseTo(last.us / 1000, 3);
  expect(summary.digest).toBe(last.digest);
  expect(await driver.errors()).toEqual([]);
  return moments;
}

test('the page works, and its run is that of Chromium and of the command line', async ({
  page,
  other,
  baseURL,
}) => {
  // Everything has a limit of its own; this one is for a machine that is busy.
  test.setTimeout(240_000);
  const reference = await checked(new Chromium(page), baseURL);
  if (other) expect(await checked(other, baseURL)).toEqual(reference);
});
