// The site and a headless Chromium for programs other than tests: the benchmark and the animation.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chromium } from '@playwright/test';
import { freePort } from './server.mjs';

/** Serves dist/ and starts the browser, calls `work` with both, and ends both afterwards. */
export async function headless(work) {
  const executablePath = process.env.RINGSIDE_CHROMIUM;
  if (!executablePath) throw new Error('Set RINGSIDE_CHROMIUM to the path of Chrome or Chromium.');
  const base = `http://127.0.0.1:${await freePort()}/`;
  const server = spawn(process.execPath, ['browser/server.mjs', new URL(base).port], {
    stdio: 'ignore',
  });
  try {
    await answering(base);
    const browser = await chromium.launch({
      executablePath,
      // Chromium's sandbox refuses to run as root; other users keep it.
      chromiumSandbox: process.getuid?.() !== 0,
      args: ['--disable-gpu', '--disable-background-networking', '--disable-component-update'],
    });
    try {
      return await work(browser, base);
    } finally {
      await browser.close();
    }
  } finally {
    server.kill();
    await once(server, 'exit');
  }
}

/** Waits until a server answers. */
async function answering(address) {
  for (let tries = 0; tries < 50; tries += 1) {
    const answers = await fetch(address).then(
      () => true,
      () => false,
    );
    if (answers) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The page is not served.');
}
