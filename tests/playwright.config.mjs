// The configuration of the browser tests. `cargo xtask test --only browser` builds the page, finds the
// browser and runs Playwright with its path in RINGSIDE_CHROMIUM; to run Playwright directly, set that
// variable, and name the projects to run.
import { defineConfig } from '@playwright/test';
import { freePort } from './browser/server.mjs';

const executablePath = process.env.RINGSIDE_CHROMIUM;
if (!executablePath) {
  throw new Error(
    'RINGSIDE_CHROMIUM is not set. Run `cargo xtask test --only browser`, or set it to the path ' +
      'of Chrome or Chromium.',
  );
}

// Each worker reads this file again, and all of them must use the same port.
process.env.RINGSIDE_PORT ??= String(await freePort());
const port = process.env.RINGSIDE_PORT;

export default defineConfig({
  // engines/ is the smoke test. It has its own drivers for Firefox and WebKit, beside this Chromium.
  projects: [
    { name: 'chromium', testMatch: ['browser/*.spec.mjs', 'engines/*.spec.mjs'] },
    { name: 'firefox', testMatch: 'engines/*.spec.mjs' },
    { name: 'webkit', testMatch: 'engines/*.spec.mjs' },
  ],
  outputDir: 'results',
  reporter: 'list',
  // A test that passes only on the second attempt is a fault in the test or in the page.
  retries: 0,
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  timeout: 60_000,
  use: {
    // A button that is missing after ten seconds will not appear.
    actionTimeout: 10_000,
    baseURL: `http://127.0.0.1:${port}/`,
    screenshot: 'only-on-failure',
    // Videos and screenshots of every step would make the tests take half as long again.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false },
    launchOptions: {
      executablePath,
      // Chromium's sandbox refuses to run as root; other users keep it.
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
    // Never use the server of another program on the same port.
    reuseExistingServer: false,
    timeout: 10_000,
  },
});
