// A whole lesson: a partition with writes on both sides, found by its mark, explained, resolved and judged;
// and the same again with W = 2, compared with it.
import { expect, test } from '@playwright/test';
import { Time } from './time.mjs';

test('both sides of a partition write: the conflict is found, explained, resolved and judged, and W = 2 is compared', async ({
  page,
}) => {
  test.setTimeout(240_000);
  const time = await Time.open(page, { quiet: false });
  await page.getByRole('combobox', { name: 'Scenario' }).selectOption({ label: 'A partition' });
  await time.press('Reset');
  await time.pause();
  await time.press('Decrease R');
  await time.press('Decrease W');

  // The network is cut at two seconds: A and B on one side, C, D and E on the other.
  await time.ask('Get');
  await time.stepToTheEnd();
  const replicas = await time.replicasOfTheKey();
  const [here] = replicas.filter((letter) => 'AB'.includes(letter));
  const [there] = replicas.filter((letter) => 'CDE'.includes(letter));
  expect([here, there]).not.toContain(undefined);
  // Slowly, so that a busy machine does not play past the cut, or past the read while replicas differ.
  const slowly = { speed: '2×' };
  await time.playTo(2.2, slowly);
  const before = await time.us();
  await time.ask('Put', { value: 'red', through: here });
  expect((await time.stepToTheEnd()).words).toContain('ok: 1 of 3');
  await time.ask('Put', { value: 'green', through: there });
  expect((await time.stepToTheEnd()).words).toContain('ok: 1 of 3');

  // Without the load, everything that follows is about this key.
  await time.playTo(before / 1e6 + 1, slowly);
  await time.load.click();

  // It heals at eight seconds; a read of all three replicas returns both values.
  await time.playTo(9, slowly);
  await time.press('Increase R');
  await time.press('Increase R');
  await time.ask('Get');
  expect((await time.stepToTheEnd()).words).toContain('ok: 3 of 3');
  for (const value of ['red', 'green']) await expect(time.operation).toContainText(value);
  await time.playTo(10, slowly);
  const last = await time.now();

  // Its mark leads back to the conflict, and “Why?” explains it from the events.
  await time.kind.selectOption({ value: 'conflict' });
  await time.press('Previous mark');
  await expect(page.getByText(/^Conflict at \d+\.\d{3} s/)).toBeVisible();
  await expect(time.operation).toContainText('get colour');
  await time.operation.getByRole('button', { name: 'Why?' }).click();
  await expect(time.why).toContainText('get colour');
  await expect(time.why).toContainText('2 siblings: red | green');
  await expect(time.why).toContainText('each was written by a client that had not read the other');
  await expect(time.why).toContainText(/did not have red .* was cut at 2\.000 s/);
  await time.press('Close why');
  await time.toEnd.click();
  await expect(time.digest).toHaveText(last.digest);

  // Resolving is a get and a put through the store.
  await time.look('Versions');
  await page.getByRole('button', { name: /^Keep red/ }).click();
  await time.playUntil(() => expect(page.getByText(/was put with a context/)).toBeVisible(), {
    faster: 0,
  });
  await expect(page.getByText('one version, on all replicas')).toBeVisible();
  await time.ask('Get');
  expect((await time.stepToTheEnd()).words).toContain('one version');

  // The checker and the objectives agree: the key was not linearizable, and convergence was slow.
  const strip = page.getByRole('region', { name: 'Objectives and verdict' });
  await expect(strip).toContainText('not linearizable');
  const convergence = strip.getByRole('listitem').filter({ hasText: 'Convergence' });
  await expect(convergence).toContainText(/warning|page/);
  await time.look('Staleness');
  await expect(page.getByRole('region', { name: 'Verdict on “colour”' })).toContainText(
    'Not linearizable, after',
  );
  await expect(page.getByRole('list', { name: 'Alerts in force' })).toContainText('Convergence');

  // Back to the time before the writes: with W = 2 a write on the smaller side fails.
  await time.look('Ring');
  const resolved = await time.now();
  await time.scrubTo(before - 1_000);
  await time.press('Increase W');
  await time.dialog.getByRole('button', { name: 'Fork: keep it' }).click();
  await expect(time.run).toContainText('Run 2');
  await time.ask('Put', { value: 'red', through: here });
  expect((await time.stepToTheEnd()).words).toContain('failed: only 1 of 3');
  await time.playTo(5);

  // In the comparison with the previous run, the first operation that differs is named.
  await time.look('Twins');
  const view = page.getByRole('tabpanel', { name: 'Twins' });
  await view.getByRole('combobox', { name: 'Differs in' }).selectOption({ label: 'Run 1' });
  await expect(view.getByRole('group', { name: 'First difference' })).toContainText(
    /First difference.*at \d+\.\d{3} s/s,
    { timeout: 30_000 },
  );
  await expect(view.getByRole('region', { name: 'Run 1' })).toBeVisible();
  await time.run.selectOption({ label: 'Run 1' });
  await time.toEnd.click();
  await expect(time.digest).toHaveText(resolved.digest);
});
