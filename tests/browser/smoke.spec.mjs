// The page loads: it logs no error, contacts no other server, and axe finds nothing wrong with it.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { SUB_PATH } from './server.mjs';

const SIZES = [
  { width: 1366, height: 768 },
  { width: 1920, height: 1080 },
  { width: 390, height: 844 },
];

/** Opens the page and waits until it is rendered; returns the errors until then. */
async function open(page, baseURL, path = '/') {
  const wrong = [];
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => wrong.push(`thrown: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    const isOurs = url.origin === new URL(baseURL).origin || url.protocol === 'data:';
    if (!isOurs && url.protocol !== 'blob:') wrong.push(`contacted another server: ${url}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) wrong.push(`${response.status()}: ${response.url()}`);
  });
  await page.goto(new URL(path, baseURL).href);
  await expect(page.getByRole('main')).toBeVisible();
  return wrong;
}

test('the page loads without an error', async ({ page, baseURL }) => {
  const wrong = await open(page, baseURL);
  await expect(page).toHaveTitle(/Ringside/);
  expect(wrong).toEqual([]);
});

test('the page works below a path', async ({ page, baseURL }) => {
  expect(await open(page, baseURL, SUB_PATH)).toEqual([]);
});

test('a page that cannot start says so', async ({ page }) => {
  await page.route('**/*.wasm', (route) => route.abort());
  await page.goto('./');
  await expect(page.getByRole('status')).toContainText('Ringside could not start');
});

for (const viewport of SIZES) {
  for (const colorScheme of ['light', 'dark']) {
    test.describe(`${viewport.width} x ${viewport.height}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme });

      test('axe finds nothing', async ({ page, baseURL }) => {
        await open(page, baseURL);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.map(({ id, help, nodes }) => {
          return { id, help, places: nodes.map((node) => node.target.join(' ')) };
        });
        expect(found).toEqual([]);
      });
    });
  }
}
