// Every mechanism of the store can be switched during a run, has a description, and shows its effect.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { Ringside } from './ringside.mjs';

/** The controls of each group that have a sentence of their own. */
const MECHANISMS = {
  Versions: [
    ['radiogroup', 'Order'],
    ['switch', 'Clock truncation'],
  ],
  'Quorum rules': [
    ['radiogroup', 'Quorum'],
    ['radiogroup', 'Reads ask'],
    ['switch', 'Digest reads'],
    ['switch', 'Speculative reads'],
    ['switch', 'Linearizable register'],
    ['slider', 'In progress'],
  ],
  Coordinator: [['combobox', 'Clients ask']],
  'Read repair': [['radiogroup', 'Repair']],
  'Hinted handoff': [
    ['switch', 'Hinted handoff'],
    ['radiogroup', 'Kept by'],
    ['switch', 'Counts towards W'],
  ],
  'Anti-entropy': [['switch', 'Anti-entropy']],
  Gossip: [
    ['switch', 'Gossip'],
    ['radiogroup', 'Suspect by'],
  ],
  'Deletes and expiry': [
    ['slider', 'Tombstones'],
    ['slider', 'Values live'],
  ],
  'Load on nodes': [
    ['slider', 'Per message'],
    ['slider', 'Mailbox'],
  ],
  'Network extras': [
    ['slider', 'Duplication'],
    ['slider', 'Reordering'],
  ],
};

/** The sliders without a sentence of their own, by group. */
const SLIDERS = {
  'Hinted handoff': ['Window', 'For one replica', 'Tries every', 'Delivers'],
  'Anti-entropy': ['Every', 'Peers at once', 'Sends', 'Tree depth'],
  Gossip: ['Every', 'Phi from'],
  Streaming: ['Sends', 'In a message'],
};

/** Moves a slider by keys. */
async function slide(slider, ...keys) {
  await slider.focus();
  for (const key of keys) await slider.press(key);
}

test('every mechanism has a switch or a slider, and a sentence that describes it', async ({ page }) => {
  const ringside = await Ringside.open(page);
  for (const [name, controls] of Object.entries(MECHANISMS)) {
    const group = await ringside.openGroup(name);
    for (const [role, label] of controls) {
      const control = group.getByRole(role, { name: label, exact: true });
      await expect(control).toBeVisible();
      await expect(control).toHaveAccessibleDescription(/\w.*\.$/);
    }
  }
  for (const [name, labels] of Object.entries(SLIDERS)) {
    const group = await ringside.openGroup(name);
    for (const label of labels) {
      await expect(group.getByRole('slider', { name: label, exact: true })).toBeVisible();
    }
    await expect(group.getByText(/\.$/).first()).toBeVisible();
  }
});

test('each change is one command, and in force at once', async ({ page }) => {
  const ringside = await Ringside.open(page);
  const says = (text) => expect(ringside.log.getByRole('listitem').last()).toContainText(text);
  const groups = {};
  for (const name of [...Object.keys(MECHANISMS), 'Streaming']) {
    groups[name] = await ringside.openGroup(name);
  }
  const radio = (name) => page.getByRole('radio', { name, exact: true }).check({ force: true });

  await radio('last write wins');
  await says('versions.order = last_write_wins');
  await ringside.switch('Clock truncation').click();
  await says('versions.truncation');
  await slide(groups.Versions.getByRole('slider', { name: 'Writers kept' }), 'Home');
  await says('"entries":1');
  await radio('sloppy');
  await says('quorum.sloppy = true');
  await radio('R only');
  await says('quorum.ask = quorum');
  for (const name of ['Digest reads', 'Speculative reads', 'Linearizable register']) {
    await ringside.switch(name).click();
    await expect(ringside.switch(name)).toHaveAttribute('aria-checked', 'true');
  }
  await says('quorum.register = true');
  await slide(page.getByRole('slider', { name: 'In progress', exact: true }), 'Home');
  await says('quorum.most_in_progress = 1');
  await page.getByRole('combobox', { name: 'Clients ask' }).selectOption('any node');
  await says('clients ask any node');
  await radio('blocking');
  await says('read_repair = blocking');
  for (const name of ['Hinted handoff', 'Anti-entropy', 'Gossip']) {
    await ringside.switch(name).click();
    await expect(ringside.switch(name)).toHaveAttribute('aria-checked', 'true');
  }
  await says('gossip.on = true');
  await radio('the coordinator');
  await says('hints.holder = coordinator');
  await radio('timeout');
  await says('gossip.detection');
  await slide(groups.Streaming.getByRole('slider', { name: 'Sends' }), 'Home');
  await says('streaming.keys_per_second = 1');
  await slide(page.getByRole('slider', { name: 'Values live' }), 'Home');
  await says('deletes.default_ttl');
  await slide(page.getByRole('slider', { name: 'Per message' }), 'End');
  await says('a node takes 100.0 ms for a message');
  await slide(page.getByRole('slider', { name: 'Duplication' }), 'End');
  await says('100.0% of messages between nodes arrive twice');
  await slide(page.getByRole('slider', { name: 'Reordering' }), 'End');
  await says('100.0% of messages between nodes take a second delay');
});

test('with gossip on, its messages are shown', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await ringside.showMechanisms();
  await ringside.switch('Gossip').click();
  await page.getByRole('tab', { name: /In flight/ }).click();
  const flights = page.getByRole('tabpanel', { name: /In flight/ });
  for (let step = 0; step < 40 && !(await flights.innerText()).includes('gossip'); step += 1) {
    await ringside.press('Step');
  }
  await expect(flights).toContainText(/gossip\s*[A-E] → [A-E]/);
  const family = ringside.button('gossip');
  await expect(family).toHaveAttribute('aria-pressed', 'true');
  await family.click();
  await expect(family).toHaveAttribute('aria-pressed', 'false');
});

test('a sloppy quorum keeps a hint for a node that is down, and delivers it when the node is back', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await ringside.openGroup('Quorum rules');
  await page.getByRole('radio', { name: 'sloppy' }).check({ force: true });
  for (const name of ['Gossip', 'Hinted handoff']) await ringside.switch(name).click();
  await ringside.showMechanisms(false);
  const [alive, , lost] = await ringside.replicasOfTheKey();
  await ringside.choose(lost);
  // A node is suspected only once the others have heard from it a few times.
  await ringside.playUntil(() => page.waitForTimeout(1_500));
  await ringside.press('Crash');
  await ringside.playUntil(() =>
    expect(ringside.node(lost)).toHaveAccessibleName(/believed to be down by .*[A-E], .*[A-E]/),
  );
  await ringside.ask('Put', { value: 'blue', through: alive });
  expect((await ringside.stepToTheEnd()).words).toContain('ok');
  const holder = page.getByRole('button', { name: new RegExp(`keeps 1 hint for ${lost}`) });
  for (let step = 0; step < 30 && !(await holder.isVisible()); step += 1) await ringside.press('Step');
  await expect(holder).toContainText(`1 for ${lost}`);
  await ringside.showMechanisms();
  await expect(ringside.group('Hinted handoff')).toContainText('1 kept');
  await ringside.showMechanisms(false);
  await ringside.press('Restart');
  await ringside.playUntil(() => expect(holder).toHaveCount(0));
  await ringside.showMechanisms();
  await expect(ringside.group('Hinted handoff')).toContainText('1 delivered');
  await expect(ringside.replicas.getByRole('row').last()).toContainText('blue');
});

test('a node joins, leaves and is listed', async ({ page }) => {
  const ringside = await Ringside.open(page);
  const ring = page.getByRole('img', { name: /^A ring of/ });
  await ringside.press('More faults');
  await ringside.press('Join F');
  await expect(page.getByRole('status').filter({ hasText: 'gossip, which is off' })).toBeVisible();
  await expect(ringside.node('F')).toHaveCount(0);
  await ringside.showMechanisms();
  await ringside.switch('Gossip').click();
  await ringside.showMechanisms(false);
  await ringside.press('Join F');
  await expect(ringside.node('F')).toHaveAccessibleName(/joining/);
  await ringside.playUntil(() => expect(ringside.node('F')).not.toHaveAccessibleName(/joining/));
  await expect(ring).toHaveAccessibleName(/6 nodes with 48 tokens/);
  await expect(page.getByRole('spinbutton', { name: 'N', exact: true })).toHaveAttribute('max', '6');

  await ringside.choose('B');
  await ringside.press('Leave');
  await ringside.playUntil(() => expect(ringside.node('B')).toHaveAccessibleName(/left/));
  await ringside.choose('D');
  await ringside.press('Crash');
  await ringside.press('Remove');
  await ringside.playUntil(() => expect(ringside.node('D')).toHaveAccessibleName(/removed/));
  const departed = page.getByRole('list', { name: 'No longer in the ring' });
  await expect(departed.getByRole('button')).toHaveCount(2);
  await expect(ring).toHaveAccessibleName(/4 nodes with 32 tokens/);
});

test('nodes show that they are paused or slow, or that their clock is wrong', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await ringside.press('More faults');
  await ringside.choose('C');
  await ringside.press('Pause node');
  await expect(ringside.node('C')).toHaveAccessibleName(/paused/);
  await expect(ringside.node('C')).toContainText('paused');
  await ringside.press('Resume');
  await expect(ringside.node('C')).not.toHaveAccessibleName(/paused/);
  await ringside.press('Slow down');
  await expect(ringside.node('C')).toHaveAccessibleName(/slower by 50 ms/);
  await ringside.press('Full speed');
  await expect(ringside.node('C')).not.toHaveAccessibleName(/slower/);
  await ringside.press('Set clock');
  await expect(ringside.node('C')).toHaveAccessibleName(/clock 500 ms ahead/);
  await slide(page.getByRole('slider', { name: 'Chaos' }), 'End');
  await expect(ringside.log).toContainText('chaos is at 1');
  await ringside.choose('A', 'B');
  await ringside.press('Swizzle');
  await expect(ringside.log).toContainText('a swizzle begins: A, B');
});

test('one-way cuts and clogged links are distinguished, and healed', async ({ page }) => {
  const ringside = await Ringside.open(page);
  const ring = page.getByRole('region', { name: 'The ring' });
  await ringside.press('More faults');
  await ringside.choose('B', 'D');
  await ringside.press('Cut');
  await expect(ring).toContainText('cut: B ↛ D');
  await page.getByRole('combobox', { name: 'From' }).selectOption('D');
  await page.getByRole('combobox', { name: 'To', exact: true }).selectOption('A');
  await ringside.press('Clog');
  await expect(ring).toContainText('clogged: D → A');
  await expect(ringside.button('Unclog')).toBeEnabled();
  await ringside.press('Heal');
  await expect(ring).not.toContainText(/cut:|clogged:/);
});

test('a value that expires is gone, and a delete leaves a tombstone', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await page.getByRole('combobox', { name: 'Expires after' }).selectOption('1 s');
  await ringside.ask('Put', { value: 'blue' });
  await ringside.stepToTheEnd();
  await expect(ringside.replicas).toContainText('blue');
  await ringside.playUntil(() => expect(ringside.replicas).not.toContainText('blue'));
  await ringside.showMechanisms();
  await expect(ringside.group('Deletes and expiry')).toContainText(/[1-3] expired/);
  await ringside.ask('Delete', { key: 'fruit' });
  await ringside.stepToTheEnd();
  await expect(ringside.replicas.getByText('deleted').first()).toBeVisible();
  // The expired value has become a tombstone as well.
  await expect(ringside.group('Deletes and expiry')).toContainText(/[56] tombstones/);
});

test('the settings survive in a copied link', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const ringside = await Ringside.open(page);
  await ringside.openGroup('Versions');
  await page.getByRole('radio', { name: 'plain vectors' }).check({ force: true });
  await ringside.switch('Anti-entropy').click();
  const group = await ringside.openGroup('Anti-entropy');
  await slide(group.getByRole('slider', { name: 'Every' }), 'Home');
  await ringside.press('Copy link');
  await expect(page.getByRole('status').filter({ hasText: 'Link copied' })).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const other = await context.newPage();
  await other.goto(link);
  const reopened = new Ringside(other);
  // The groups that were open here are open there: the browser remembers them.
  await expect(reopened.switch('Anti-entropy')).toHaveAttribute('aria-checked', 'true');
  await expect(reopened.group('Anti-entropy')).toContainText('every 50 ms');
  await expect(reopened.group('Versions')).toContainText('plain vectors');
  await expect(other.getByRole('radio', { name: 'plain vectors' })).toBeChecked();
  await expect(reopened.digest).toHaveText(await ringside.digest.innerText());
});

test('a key opens the panel, Escape closes it, and the focus follows', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await page.getByRole('heading', { name: 'Ringside' }).click();
  await page.keyboard.press('m');
  await expect(page.getByRole('heading', { name: 'Mechanisms' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('radiogroup', { name: 'Order' })).toBeVisible();
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await expect(ringside.log).toContainText('versions.order = plain');
  await page.keyboard.press('Escape');
  await expect(ringside.button('Mechanisms')).toBeFocused();
  await expect(page.getByRole('region', { name: 'Quorums' })).toBeVisible();
});

for (const viewport of [
  { width: 1366, height: 768 },
  { width: 390, height: 844 },
]) {
  for (const colorScheme of ['light', 'dark']) {
    test.describe(`${viewport.width} px, ${colorScheme}`, () => {
      test.use({ colorScheme, viewport });

      test('axe finds nothing where everything is open', async ({ page }) => {
        const ringside = await Ringside.open(page);
        await ringside.press('More faults');
        await ringside.choose('A');
        await ringside.press('Pause node');
        await ringside.press('Clog');
        const check = async () => {
          const { violations } = await new AxeBuilder({ page }).analyze();
          const found = violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]);
          expect(found).toEqual([]);
        };
        await check();
        for (const name of [...Object.keys(MECHANISMS), 'Streaming']) await ringside.openGroup(name);
        for (const name of ['Clock truncation', 'Gossip']) await ringside.switch(name).click();
        await check();
      });
    });
  }
}
