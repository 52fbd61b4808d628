// The space-time diagram: its window, messages and events by pointer and by keys, highlights, and the file.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { Ringside } from './ringside.mjs';

/** The diagram, with names for its parts. */
class Diagram extends Ringside {
  constructor(page) {
    super(page);
    this.view = page.getByRole('region', { name: 'Space-time diagram' });
    this.picture = page.getByRole('application', { name: /^Space and time from/ });
    this.said = page.getByRole('status', { name: 'Selected event' });
    this.table = page.getByRole('table', { name: 'Events in view' });
    this.width = page.getByRole('status', { name: 'Width of the window' });
    this.why = page.getByRole('region', { name: 'Why', exact: true });
  }

  static async open(page, options) {
    await Ringside.open(page, options);
    const diagram = new Diagram(page);
    await diagram.look('Diagram');
    await expect(diagram.picture).toBeVisible();
    return diagram;
  }

  /** Sends a request and steps until it has ended. */
  async askAndStep(what, asked) {
    await this.ask(what, asked);
    return this.stepToTheEnd();
  }

  /** The number of messages that the picture's name states. */
  async messages() {
    const name = await this.picture.getAttribute('aria-label');
    return Number.parseInt(name.match(/([\d\u202f]+) messages?/)[1].replaceAll('\u202f', ''), 10);
  }

  /** The number of pixels that differ from the background. */
  async inked() {
    return this.picture.locator('canvas').evaluate((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const pixels = new Uint32Array(data.buffer);
      return pixels.reduce((count, pixel) => count + (pixel === pixels[0] ? 0 : 1), 0);
    });
  }
}

test('a put is drawn, walked through by keys, selected and explained', async ({ page }) => {
  const diagram = await Diagram.open(page);
  await expect(diagram.picture).toHaveAccessibleName(/0 messages/);
  const empty = await diagram.inked();
  await diagram.askAndStep('Put', { key: 'cart', value: 'bread', through: 'A' });
  // A request, a reply, and at least a write and its acknowledgement with each of two replicas.
  expect(await diagram.messages()).toBeGreaterThanOrEqual(6);
  expect(await diagram.inked()).toBeGreaterThan(empty);

  await diagram.picture.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(diagram.said).toContainText('put cart, you');
  await expect(diagram.said).toContainText(/\d+ kept events? may have led to it/);
  // The last event is the answer to the client, and the one before it on the same lane is its request.
  await expect(diagram.said).toContainText(/^you at A, /);
  await page.keyboard.press('ArrowLeft');
  await expect(diagram.said).toContainText('reply from A to you at A');
  const delivered = await diagram.said.innerText();
  await page.keyboard.press('ArrowDown');
  await expect(diagram.said).toContainText(/^A, /);
  await expect(diagram.said).toContainText('Reply from A to you is sent');
  await diagram.press('Other end of the message');
  await expect(diagram.said).toHaveText(delivered, { useInnerText: true });

  await diagram.press('Select operation');
  await expect(diagram.operation).toContainText('cart');
  await diagram.picture.focus();
  await page.keyboard.press('w');
  await expect(diagram.why).toContainText('this write was acknowledged');
  await expect(diagram.picture).toBeVisible();
  await diagram.picture.focus();
  await page.keyboard.press('Escape');
  await expect(diagram.said).toContainText('The evidence for the sentences under “Why” is highlighted');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('tab', { name: 'Ring', exact: true })).toHaveAttribute('aria-selected', 'true');
});

test('the window follows now, moves, and holds the whole operation', async ({ page }) => {
  const diagram = await Diagram.open(page);
  await diagram.askAndStep('Put', { key: 'cart', value: 'bread', through: 'B' });
  await expect(diagram.width).toHaveText('100 ms');
  await diagram.press('Wider window');
  await expect(diagram.width).toHaveText('200 ms');
  await diagram.picture.focus();
  await page.keyboard.press('-');
  await page.keyboard.press('-');
  await expect(diagram.width).toHaveText('50 ms');
  const follow = diagram.button('Follow now');
  await expect(follow).toHaveAttribute('aria-pressed', 'true');
  for (let widths = 0; widths < 3; widths += 1) await diagram.press('Narrower window');
  await expect(diagram.button('Narrower window')).toBeDisabled();
  const shown = await diagram.messages();
  await diagram.press('Operation');
  expect(await diagram.messages()).toBeGreaterThan(shown);
  await expect(follow).toHaveAttribute('aria-pressed', 'false');
  await diagram.press('Earlier');
  await page.keyboard.press('Escape');
  await diagram.press('Follow now');
  await expect(follow).toHaveAttribute('aria-pressed', 'true');
  await diagram.press('Earlier');
  await expect(follow).toHaveAttribute('aria-pressed', 'false');
  // It follows the current time as soon as time runs.
  await diagram.press('Play');
  await expect(follow).toHaveAttribute('aria-pressed', 'true');
  await diagram.pause();
});

test('a pointer shows a message, a click selects it, and the legend hides a family', async ({ page }) => {
  const diagram = await Diagram.open(page);
  await diagram.askAndStep('Put', { key: 'cart', value: 'bread', through: 'A' });
  await diagram.press('Operation');
  const box = await diagram.picture.boundingBox();
  const tip = diagram.view.locator('.diagram-tip');
  // Along the middle of the picture lie messages between the client above and the nodes below.
  let found;
  for (let x = 90; x < box.width - 10 && !found; x += 3) {
    await page.mouse.move(box.x + x, box.y + box.height * 0.42);
    if ((await tip.count()) > 0 && / to /.test(await tip.innerText())) found = x;
  }
  expect(found).toBeDefined();
  await expect(tip).toContainText(/sent at 0\.\d+ s/);
  await expect(tip).toContainText('put cart');
  await page.mouse.click(box.x + found, box.y + box.height * 0.42);
  await expect(diagram.said).toContainText(/ from .* to /);
  await expect(diagram.button('Other end of the message')).toBeEnabled();

  const all = await diagram.messages();
  await diagram.button('write').click();
  await expect.poll(() => diagram.messages()).toBeLessThan(all);
  await diagram.button('write').click();
  await expect.poll(() => diagram.messages()).toBe(all);
});

test('the table has the same events, and an event selected in it is selected in the picture', async ({ page }) => {
  const diagram = await Diagram.open(page);
  await diagram.askAndStep('Put', { key: 'cart', value: 'bread', through: 'A' });
  await diagram.press('Operation');
  await diagram.press('Table of events');
  const rows = diagram.table.getByRole('row');
  expect(await rows.count()).toBeGreaterThan(10);
  await diagram.table.getByRole('button', { name: 'Request from you to A is sent' }).click();
  await expect(diagram.said).toContainText('request from you at A to A, sent at');
  await diagram.press('Table of events');
  await expect(diagram.picture).toBeVisible();
  await expect(diagram.said).toContainText('request from you at A to A, sent at');
});

test('a crash and a cut are described, and a lost message has its reason', async ({ page }) => {
  const diagram = await Diagram.open(page);
  await diagram.look('Ring');
  await diagram.choose('C');
  await diagram.press('Crash');
  await diagram.choose('D');
  await diagram.press('Partition');
  await diagram.look('Diagram');
  await expect(diagram.picture).toHaveAccessibleName(/C stopped/);
  await expect(diagram.picture).toHaveAccessibleName(/D cut off from/);
  for (const key of ['one', 'two', 'three']) {
    await diagram.ask('Put', { key, value: 'x', through: 'A' });
    for (let steps = 0; steps < 25; steps += 1) await diagram.press('Step');
  }
  for (let widths = 0; widths < 4; widths += 1) await diagram.press('Wider window');
  await diagram.press('Table of events');
  const lost = diagram.table.getByRole('button', { name: /lost/ });
  await lost.first().click();
  await expect(diagram.said).toContainText(/lost at .*: the (link is cut|receiver is stopped)/);
});

test('the picture is saved as an SVG file that stands alone', async ({ page }) => {
  const diagram = await Diagram.open(page);
  await diagram.askAndStep('Put', { key: 'a<b>&"c"', value: 'x', through: 'A' });
  await diagram.press('Operation');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    diagram.press('Save picture (SVG)'),
  ]);
  expect(download.suggestedFilename()).toBe('ringside-diagram.svg');
  const stream = await download.createReadStream();
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const parsed = await page.evaluate((svg) => {
    const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
    const words = [...root.querySelectorAll('text')].map((it) => it.textContent);
    return { name: root.nodeName, title: root.querySelector('title').textContent, words };
  }, text);
  expect(parsed.name).toBe('svg');
  expect(parsed.title).toMatch(/^Space and time from .* nodes, \d+ messages/);
  expect(parsed.words).toEqual(expect.arrayContaining(['A', 'B', 'you at A', 'now']));
  expect(text).not.toMatch(/var\(|NaN|url\(/);
});

test('axe finds nothing wrong with the diagram and its table', async ({ page }) => {
  const diagram = await Diagram.open(page, { quiet: false });
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await diagram.picture.focus();
    await page.keyboard.press('ArrowLeft');
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  }
  await diagram.press('Table of events');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await diagram.press('Table of events');
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(diagram.picture).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});
