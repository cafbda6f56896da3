import assert from 'node:assert/strict';
import { faultSchema } from '../../simulator/src/faults/fault.ts';
import { startSimulator, type Simulator } from '../../simulator/src/simulator.ts';
import { Control } from '../journeys/simulator/control-client.ts';
import { openPage, pagesEndWithTheirTest } from '../support/browser.ts';

const SHOP = '+40700000001';
const KINDS = faultSchema.options.map(({ shape }) => shape.kind.value);

/** The settings of a fault besides whom it strikes. */
function settingsOf(kind: string): string[] {
  const option = faultSchema.options.find(({ shape }) => shape.kind.value === kind);
  return Object.keys(option?.shape ?? {}).filter((name) => name !== 'kind' && name !== 'account');
}

describe('the page of the simulated network', () => {
  pagesEndWithTheirTest();
  let simulator: Simulator;
  let control: Control;

  before(async () => {
    simulator = await startSimulator({ port: 0, host: '127.0.0.1' });
    control = new Control(simulator);
    await control.post('/phones', { phone: SHOP, name: 'Shop' });
  });
  after(() => simulator.stop());

  it('offers every fault there is, with the settings it has and no others, and the network takes it', async () => {
    const page = await openPage();
    await page.goto(simulator.url);
    await page.getByRole('button', { name: 'Faults' }).click();
    const dialog = page.getByRole('dialog', { name: 'Make the network misbehave' });
    const kind = dialog.locator('[name=kind]');
    await kind.locator('option').first().waitFor({ state: 'attached' });
    assert.deepEqual(await kind.locator('option').allTextContents(), KINDS);
    const forAnyone: string[] = [];
    for (const [index, each] of KINDS.entries()) {
      await kind.selectOption(each);
      const shown = await dialog.locator('[data-settings] [name]:visible').all();
      assert.deepEqual(await Promise.all(shown.map((field) => field.getAttribute('name'))), settingsOf(each));
      if (!(await dialog.locator('[name=account]').isVisible())) forAnyone.push(each);
      await dialog.getByRole('button', { name: 'Inject' }).click();
      await dialog.getByRole('listitem').nth(index).waitFor();
    }
    const { faults } = await control.get<{ faults: { kind: string; account: string | null }[] }>('/faults');
    assert.deepEqual(
      faults.map((fault) => fault.kind),
      KINDS,
    );
    assert.deepEqual(
      faults.filter(({ account }) => account === null).map((fault) => fault.kind),
      forAnyone,
    );
    assert.deepEqual(forAnyone, ['upgrade-reset', 'no-hello', 'upgrade-status']);
  });
});
