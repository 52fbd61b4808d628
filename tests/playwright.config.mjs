// How the browser tests run. `cargo xtask test --only browser` builds the page, finds the browser
// and calls Playwright with its path in RINGSIDE_CHROMIUM; by hand, set that variable yourself.
import { defineConfig } from '@playwright/test';
import { freePort } from './browser/server.mjs';

const executablePath = process.env.RINGSIDE_CHROMIUM;
if (!executablePath) {
  throw new Error(
    'RINGSIDE_CHROMIUM is not set. Run `cargo xtask test --only browser`, or set it to the path ' +
      'of Chrome or Chromium.',
  );
}

// This file is read again in each worker, and all of them must agree on the port.
process.env.RINGSIDE_PORT ??= String(await freePort());
const port = process.env.RINGSIDE_PORT;

export default defineConfig({
  testDir: 'browser',
  outputDir: 'results',
  reporter: 'list',
  // A test that passes at the second try is a fault in the test or in the page.
  retries: 0,
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  timeout: 60_000,
  use: {
    // A button that is not there is not there after ten seconds either.
    actionTimeout: 10_000,
    baseURL: `http://127.0.0.1:${port}/`,
    screenshot: 'only-on-failure',
    // Films and pictures of every step would make the tests take half as long again.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false },
    launchOptions: {
      executablePath,
      // Chromium refuses to sandbox what root runs; anyone else keeps the sandbox.
      chromiumSandbox: process.getuid?.() !== 0,
      args: [
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: {
    command: `node browser/server.mjs ${port}`,
    url: `http://127.0.0.1:${port}/`,
    // Never another program's server that happens to be there.
    reuseExistingServer: false,
    timeout: 10_000,
  },
});
