// The ring shows the state of the store: keys, debt, hints, beliefs, ranges being handed over, and message flow.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { Ringside } from './ringside.mjs';

/** The page, with names for the parts of the ring. */
class Ring extends Ringside {
  constructor(page) {
    super(page);
    this.keys = page.getByRole('list', { name: 'Keys on the ring' });
    this.seenBy = page.getByRole('combobox', { name: 'As seen by' });
    this.table = page.getByRole('region', { name: 'The ring as a table' });
    this.whole = page.getByRole('button', { name: 'Show the whole ring' });
    this.tooFast = page.getByText(/^Too fast for single messages: lines show messages per second/);
  }

  static async open(page, options) {
    await Ringside.open(page, options);
    return new Ring(page);
  }

  /** Opens a scenario by its title, stopped at its beginning. */
  async scenario(title) {
    await this.page.getByRole('combobox', { name: 'Scenario' }).selectOption({ label: title });
    await this.pause();
  }

  /** Sets the speed with the buttons, until its label is `label`. */
  async setSpeed(label) {
    const reached = this.page.getByText(label, { exact: true });
    for (const name of ['Faster', 'Slower']) {
      for (let times = 0; times < 25 && !(await reached.isVisible()); times += 1) {
        if (await this.button(name).isDisabled()) break;
        await this.press(name);
      }
    }
    await expect(reached).toBeVisible();
  }

  /** Plays until `holds` returns. */
  async runUntil(holds, speed = '3×') {
    await this.setSpeed(speed);
    await this.press('Play');
    await holds();
    await this.pause();
  }

  /** The cells of a row of the ring's table. */
  cells(name) {
    const row = this.table.getByRole('row').filter({
      has: this.page.getByRole('rowheader', { name, exact: true }),
    });
    return row.first().getByRole('cell').allInnerTexts();
  }

  async tabulate(shown = true) {
    const button = this.button('Ring as a table');
    if ((await button.getAttribute('aria-pressed')) !== String(shown)) await button.click();
    await expect(this.table).toBeVisible({ visible: shown });
  }
}

test('a key that a replica missed is marked, counted and listed, until it is repaired', async ({ page }) => {
  const ring = await Ring.open(page);
  await ring.ask('Put', { value: 'first' });
  await ring.runUntil(() => expect(ring.keys).toContainText('1 key agree'), '1/5×');
  await expect(ring.keys).not.toContainText('behind');

  const [first, second, third] = await ring.replicasOfTheKey();
  await ring.choose(third);
  await ring.press('Partition');
  await ring.ask('Put', { value: 'second', through: first });
  await ring.runUntil(() => expect(ring.node(third)).toHaveAccessibleName(/behind on 1 key/));
  await expect(ring.keys).toContainText('1 key behind');
  await expect(ring.keys).toContainText('0 keys agree');
  await expect(page.getByRole('img', { name: /replicas disagree on 1 of them/ })).toBeVisible();
  await expect(ring.node(second)).not.toHaveAccessibleName(/behind on/);
  await ring.tabulate();
  expect((await ring.cells('colour'))[0]).toBe(`${third} lacks the newest`);
  expect((await ring.cells(third))[4]).toBe('1');
  expect((await ring.cells(first))[4]).toBe('0');
  await ring.tabulate(false);

  // A read repairs it.
  await ring.press('Heal');
  await ring.ask('Get', { through: first });
  await ring.runUntil(() => expect(ring.keys).toContainText('1 key agree'), '1/5×');
  await expect(ring.keys).not.toContainText('behind');
  await ring.runUntil(() => expect(ring.node(third)).not.toHaveAccessibleName(/behind on/));
});

test('a key with different versions has a mark of its own', async ({ page }) => {
  const ring = await Ring.open(page);
  // A put that misses its quorum is not undone where it was stored.
  const [first, second] = await ring.replicasOfTheKey();
  await ring.choose(first);
  await ring.press('Partition');
  await ring.ask('Put', { value: 'here', through: first });
  await ring.ask('Put', { value: 'there', through: second });
  await ring.runUntil(() => expect(ring.keys).toContainText('1 key differ'));
  await ring.tabulate();
  expect((await ring.cells('colour'))[0]).toMatch(/hold different versions$/);
});

test('hints are shown at their holders, and the ring as the selected observer sees it', async ({ page }) => {
  const ring = await Ring.open(page, { quiet: false });
  await ring.scenario('Hinted handoff');
  const holder = page.getByRole('button', { name: /^Node .*keeps \d+ hints? for B/ });
  await ring.runUntil(async () => {
    await expect(holder.first()).toBeVisible({ timeout: 30_000 });
    await expect(ring.node('B')).toHaveAccessibleName(/believed to be down by A/, { timeout: 30_000 });
    await expect(ring.node('B')).toHaveAccessibleName(/behind on \d+ keys?/);
  });
  await expect(holder.first()).toContainText(/\d+ for B/);
  await ring.tabulate();
  expect((await ring.cells('B'))[5]).toContain('A');
  expect((await ring.cells('B'))[0]).toBe('down');
  await ring.tabulate(false);

  await expect(ring.node('B')).toHaveAccessibleName(/believed to be down by A, C/);
  await ring.seenBy.selectOption({ label: 'node A' });
  await expect(ring.node('B')).toHaveAccessibleName(/believed to be down by A(?!, C)/);
  await expect(ring.node('A')).toHaveAccessibleName(/the ring is shown as seen by it/);
  await expect(page.getByText('believes B to be down')).toBeVisible();
  // B itself has no beliefs while it is down.
  await ring.seenBy.selectOption({ label: 'node B' });
  await expect(ring.node('B')).not.toHaveAccessibleName(/believed to be down/);
  await expect(page.getByText('believes all nodes to be up')).toBeVisible();
  await ring.seenBy.selectOption({ label: 'everybody' });
  await expect(ring.node('B')).toHaveAccessibleName(/believed to be down by A, C/);
});

test('ranges being handed over are in the table, with their progress', async ({ page }) => {
  test.slow();
  const ring = await Ring.open(page, { quiet: false });
  await ring.scenario('A node joins, another leaves');
  await ring.tabulate();
  const ranges = ring.table.getByRole('table', { name: 'Ranges being handed over' });
  await expect(ranges).toBeHidden();
  await ring.runUntil(() => expect(ranges).toBeVisible({ timeout: 40_000 }), '1/3×');
  await expect(ranges.getByText(/^\d+\u00a0%$/).first()).toBeVisible();
  expect((await ranges.getByRole('rowheader').allInnerTexts()).every((to) => /^[A-F]$/.test(to))).toBe(true);
  await ring.setSpeed('10×');
  await ring.press('Play');
  await expect(ranges).toBeHidden({ timeout: 30_000 });
});

test('too fast for single messages, the ring shows flow lines and says so', async ({ page }) => {
  const ring = await Ring.open(page, { quiet: false });
  await ring.setSpeed('1/30×');
  await ring.press('Play');
  await expect(ring.tooFast).toBeHidden();
  await ring.setSpeed('10×');
  await expect(ring.tooFast).toBeVisible();
  await expect(ring.tooFast).toContainText(/\d+\/s in all, [\d.]+\/s at most \((clients|[A-E]) → (clients|[A-E])\)/);
  const total = async () => Number(/(\d[\d\u202f]*(?:\.\d)?)\/s in all/.exec(await ring.tooFast.innerText())[1].replaceAll(/\s/g, ''));
  await expect.poll(total).toBeGreaterThan(40);
  // Hidden kinds are not counted.
  await page.getByRole('button', { name: 'read', exact: true }).click();
  await expect.poll(total).toBeLessThan(70);
  // While paused, single messages are shown again.
  await ring.pause();
  await expect(ring.tooFast).toBeHidden();
});

test('zooming and panning keep every node within reach', async ({ page }) => {
  const ring = await Ring.open(page);
  await expect(ring.whole).toBeDisabled();
  const before = await ring.node('D').boundingBox();
  await ring.choose('D');
  for (let times = 0; times < 4; times += 1) await ring.press('Zoom in');
  const near = await ring.node('D').boundingBox();
  expect(near.width).toBeGreaterThan(before.width * 3.5);
  await expect(ring.node('D')).toBeInViewport();
  await ring.node('D').click();
  await expect(ring.node('D')).toHaveAttribute('aria-pressed', 'false');

  // A node that has the focus is brought into view.
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await expect(ring.node('B')).toBeFocused();
  await expect.poll(() => ring.node('B').boundingBox().then((box) => box.x)).toBeGreaterThan(0);
  await page.keyboard.press('Space');
  await expect(ring.node('B')).toHaveAttribute('aria-pressed', 'true');
  const there = await ring.node('B').boundingBox();
  await ring.press('Move right');
  expect((await ring.node('B').boundingBox()).x).toBeLessThan(there.x);
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => ring.node('B').boundingBox().then((box) => box.x)).toBeCloseTo(there.x, 0);
  await ring.whole.click();
  expect((await ring.node('D').boundingBox()).width).toBeCloseTo(before.width, 0);

  // Keys zoom too, and so does the wheel, at the mouse.
  await page.getByRole('main').click({ position: { x: 4, y: 4 } });
  await page.keyboard.press('z');
  await expect(ring.whole).toHaveText('1.5×');
  await page.keyboard.press('Shift+Z');
  await expect(ring.whole).toBeDisabled();
  const box = await ring.node('C').boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -120);
  await page.keyboard.up('Control');
  await expect(ring.whole).toHaveText('1.5×');
  const zoomed = await ring.node('C').boundingBox();
  expect(zoomed.x + zoomed.width / 2).toBeCloseTo(box.x + box.width / 2, -1);
});

test('two fingers zoom and pan the ring', async ({ page }) => {
  const ring = await Ring.open(page);
  const devtools = await page.context().newCDPSession(page);
  const box = await ring.node('C').boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const touch = (type, ...points) =>
    devtools.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
  const fingers = (type, apart, right = 0) =>
    touch(type, [x + right - apart, y], [x + right + apart, y]);
  const middle = async () => {
    const { x, width } = await ring.node('C').boundingBox();
    return x + width / 2;
  };

  await fingers('touchStart', 20);
  for (const apart of [24, 28]) await fingers('touchMove', apart);
  await expect(ring.whole).toHaveText('1.5×');
  expect(await middle()).toBeCloseTo(x, -1);
  for (const right of [-10, -20, -30]) await fingers('touchMove', 28, right);
  await expect.poll(middle).toBeCloseTo(x - 30, -1);
  await fingers('touchMove', 18, -30);
  await expect(ring.whole).toBeDisabled();
  await touch('touchEnd');
});

test('a message can be selected where it is shown, also when zoomed in', async ({ page }) => {
  const ring = await Ring.open(page);
  await ring.ask('Get', { through: 'A' });
  const dial = page.getByRole('img', { name: /^A ring of 5 nodes/ });
  await ring.choose('A');
  await ring.press('Zoom in');
  // The request is at the start of its path from the middle to A.
  const node = await ring.node('A').boundingBox();
  const middle = await page.getByText('you', { exact: true }).boundingBox();
  await expect(dial).toBeVisible();
  const picked = page.getByRole('tab', { name: /In flight/ });
  for (let part = 0.1; part < 1 && (await picked.getAttribute('aria-selected')) !== 'true'; part += 0.05) {
    const between = (one, other) => one + (other - one) * part;
    const x = between(middle.x + middle.width / 2, node.x + node.width / 2);
    const y = between(middle.y + middle.height / 2, node.y + node.height / 2);
    await page.mouse.click(x + 8, y);
  }
  await expect(picked).toHaveAttribute('aria-selected', 'true');
});

test('axe finds nothing in the zoomed ring, its table and its flow lines', async ({ page }) => {
  test.setTimeout(240_000);
  const ring = await Ring.open(page, { quiet: false });
  const check = async () => {
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map((it) => it.target.join(' '))])).toEqual([]);
  };
  await ring.scenario('Hinted handoff');
  await ring.runUntil(() => expect(ring.node('B')).toHaveAccessibleName(/behind on/, { timeout: 30_000 }));
  await ring.seenBy.selectOption({ label: 'node A' });
  await check();
  await ring.press('Zoom in');
  await ring.press('Zoom in');
  await check();
  await ring.tabulate();
  await check();
  await ring.tabulate(false);
  await ring.setSpeed('3×');
  await ring.press('Play');
  await expect(ring.tooFast).toBeVisible();
  await check();
});

test.describe('a hundred nodes with 256 tokens each', () => {
  let fragment;

  test.beforeAll(() => {
    test.setTimeout(600_000);
    const set = ['cluster.nodes=100', 'cluster.tokens=256', 'load.rate=400', 'load.keys=2000'];
    const run = ['run', 'healthy', '--until', '300ms', '--link', ...set.flatMap((it) => ['--set', it])];
    const ringside = process.env.RINGSIDE_COMMAND;
    const [command, before] = ringside
      ? [ringside, []]
      : ['cargo', ['run', '--quiet', '-p', 'ringside-cli', '--']];
    const cwd = fileURLToPath(new URL('../..', import.meta.url));
    fragment = execFileSync(command, [...before, ...run], { cwd, encoding: 'utf8' }).trim();
  });

  test('are drawn, can be reached, and are listed', async ({ page }) => {
    test.setTimeout(120_000);
    const ring = await Ring.open(page, { quiet: false, fragment });
    await expect(page.getByRole('img', { name: /^A ring of 100 nodes with 25.600 tokens/ })).toBeVisible();
    await expect(page.getByRole('button', { name: /^Node [A-Z]{1,2},/ })).toHaveCount(100);
    await expect(ring.keys).toContainText(/\d+ keys agree/);
    // The band is drawn with no more detail than can be seen, zoomed out and zoomed in.
    const band = () => page.evaluate(() => {
      const paths = [...document.querySelectorAll('.band path')].map((it) => it.getAttribute('d'));
      return { paths: paths.length, size: paths.join('').length };
    });
    const far = await band();
    expect(far.paths).toBeLessThanOrEqual(100);
    expect(far.size).toBeLessThan(120_000);
    const target = ring.node('AX');
    const small = await target.boundingBox();
    await target.click();
    for (let times = 0; times < 4; times += 1) await ring.press('Zoom in');
    const large = await target.boundingBox();
    expect(large.width).toBeGreaterThan(small.width * 3.5);
    await expect(target).toContainText(/\d+ keys?/);
    for (let times = 0; times < 5; times += 1) await ring.press('Zoom in');
    expect((await band()).size).toBeLessThan(400_000);
    await ring.whole.click();
    await ring.tabulate();
    await expect(ring.table.getByRole('table', { name: 'Nodes' }).getByRole('row')).toHaveCount(101);
  });
});
