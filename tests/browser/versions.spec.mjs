// The versions of a key and the votes of an operation: a partition with writes on both sides makes siblings,
// and resolving them is a get and a put through the store.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { Ringside } from './ringside.mjs';

const graph = (page) => page.getByRole('group', { name: /^Graph of the versions/ });
const clocks = (page) => page.getByRole('table', { name: /^The clock of each version/ });
const version = (page, name) => graph(page).getByRole('button', { name });

async function set(page, name, value) {
  const field = page.getByRole('spinbutton', { name, exact: true });
  await field.fill(String(value));
  await field.press('Enter');
}

/** Writes on both sides of a partition, with R = W = 1; returns the replicas, in ring order. */
async function conflict(ringside, page) {
  await ringside.ask('Get');
  await ringside.stepToTheEnd();
  const replicas = await ringside.replicasOfTheKey();
  const [first, , last] = replicas;
  await set(page, 'R', 1);
  await set(page, 'W', 1);
  await ringside.ask('Put', { value: 'blue', through: first });
  await ringside.playUntil(() => expect(ringside.page.getByText('all agree')).toBeVisible());
  await ringside.ask('Get', { through: last });
  await ringside.stepToTheEnd();
  await ringside.choose(last);
  await ringside.press('Partition');
  await ringside.ask('Put', { value: 'red', through: first });
  await ringside.stepToTheEnd();
  await ringside.ask('Put', { value: 'green', through: last });
  await ringside.stepToTheEnd();
  await ringside.look('Versions');
  return replicas;
}

test('siblings of a partition are merged by hand, and one version is left on all replicas', async ({
  page,
}) => {
  test.slow();
  const ringside = await Ringside.open(page);
  const [first, second, last] = await conflict(ringside, page);
  await expect(page.getByText('2 siblings; replicas differ')).toBeVisible();
  await expect(version(page, new RegExp(`^red .* sibling, .*held by .*${first}`))).toBeVisible();
  await expect(version(page, new RegExp(`^green .* sibling, .*held by ${last}$`))).toBeVisible();
  await ringside.playUntil(() => expect(version(page, /^blue .* on no disk/)).toBeVisible());
  await expect(page.getByText(/^concurrent: \w+:\d > \w+:\d but \w+:\d < \w+:\d$/)).toBeVisible();
  await expect(page.getByRole('img', { name: /red \(\w+\) replaced blue/ })).toBeVisible();
  await expect(page.getByRole('img', { name: /green \(\w+\) replaced blue/ })).toBeVisible();
  await expect(page.getByText(/1 conflict so far, among 2 writes.*dropped 1 of them/)).toBeVisible();
  // Each row of the table marks the entries that decide, and the holders of the version.
  const row = (value) => clocks(page).getByRole('row', { name: new RegExp(`Compare ${value}`) });
  await expect(row('green').getByText('decides')).toHaveCount(1);
  await expect(row('green').getByText('held', { exact: true })).toHaveCount(1);
  await expect(row('blue').getByText('held', { exact: true })).toHaveCount(0);

  // No client has seen both versions, so a get comes first.
  await ringside.press('Heal');
  await set(page, 'R', 3);
  await set(page, 'W', 3);
  await expect(page.getByText(/^Resolving is a get through \w+, then a put/)).toBeVisible();
  await page.getByRole('textbox', { name: 'Or merge by hand' }).fill('red and green');
  await ringside.press('Put merged');
  await expect(page.getByText(/^1 of 2: getting the siblings/)).toBeVisible();
  await expect(ringside.operation).toContainText('get colour');
  await ringside.playUntil(() => expect(page.getByText(/was put with a context/)).toBeVisible());
  await expect(ringside.operation).toContainText('put colour = red and green');
  await expect(page.getByText('one version, on all replicas')).toBeVisible();
  const held = new RegExp(`^red and green .* current, .*held by ${first}, ${second} and ${last}$`);
  await expect(version(page, held)).toBeVisible();
  await expect(page.getByRole('img', { name: /red and green \(\w+\) replaced .*and/ })).toBeVisible();
  // The writes that would have been dropped stay counted.
  await expect(page.getByText(/1 conflict so far, among 2 writes/)).toBeVisible();

  // The store agrees: a read of all three returns this one version.
  await ringside.ask('Get');
  expect((await ringside.stepToTheEnd()).words).toContain('one version');
});

test('a get that misses a sibling is not followed by a put', async ({ page }) => {
  test.slow();
  const ringside = await Ringside.open(page);
  await conflict(ringside, page);
  await page.getByRole('button', { name: /^Keep red/ }).click();
  await ringside.playUntil(() =>
    expect(page.getByText(/The get did not return red/)).toBeVisible(),
  );
  await expect(page.getByText('2 siblings; replicas differ')).toBeVisible();
  // Once the partition is healed and all three replicas are asked, the get returns it.
  await ringside.press('Heal');
  await set(page, 'R', 3);
  await set(page, 'W', 3);
  await ringside.press('Get again');
  await ringside.playUntil(() => expect(page.getByText(/was put with a context/)).toBeVisible());
  await expect(page.getByText('one version, on all replicas')).toBeVisible();
});

test('the versions are reached by key, and two of them are compared by keyboard', async ({ page }) => {
  test.slow();
  const ringside = await Ringside.open(page);
  await conflict(ringside, page);
  await ringside.look('Ring');
  await page.getByRole('main').click({ position: { x: 2, y: 2 } });
  await page.keyboard.press('v');
  await expect(page.getByRole('heading', { name: 'Versions of “colour”' })).toBeVisible();
  const compare = (value) => clocks(page).getByRole('button', { name: `Compare ${value}` });
  for (const value of ['blue', 'red']) {
    await compare(value).press('Enter');
    await expect(compare(value)).toHaveAttribute('aria-pressed', 'true');
  }
  await expect(page.getByText(/descends from/)).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
});

test('the selected operation counts its votes, and lists the hints and repairs that it caused', async ({
  page,
}) => {
  test.slow();
  const ringside = await Ringside.open(page);
  await ringside.ask('Get');
  await ringside.stepToTheEnd();
  const [first, second, last] = await ringside.replicasOfTheKey();
  const counts = ringside.operation.getByRole('list', { name: 'Replicas' });
  const caused = ringside.operation.getByRole('list', { name: /Hints and repairs/ });
  await ringside.choose(last);
  await ringside.press('Partition');
  await ringside.ask('Put', { value: 'blue', through: first });
  await ringside.stepToTheEnd();
  await expect(counts).toContainText('3 asked');
  await expect(counts).toContainText('2 answered');
  await expect(counts).toContainText('1 never');
  await expect(ringside.operation.getByText('never: cut off')).toBeVisible();

  // Once the partition is healed, a read that asks all three replicas finds the stale one and repairs it.
  await ringside.press('Heal');
  await ringside.ask('Get', { through: second });
  await ringside.playUntil(() => expect(caused).toContainText(`${last} lacked blue`));
  await expect(caused).toContainText('repaired +');
  await expect(counts).toContainText('1 late');

  // From here to the previous operation, and back.
  await ringside.press('Previous operation');
  await expect(ringside.operation).toContainText('put colour = blue');
  await ringside.press('Next operation');
  await expect(ringside.operation).toContainText('get colour');
  await expect(ringside.button('Next operation')).toBeDisabled();
});
