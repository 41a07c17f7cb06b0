// What a user sees on the page of trajectories, as JSON.
import { waitFor, withPage } from './browser.js';

async function set(page, name, value, event = 'input') {
  await page.$eval(`#${name}`, (input, to, type) => {
    if (input.type === 'checkbox') input.checked = to;
    else input.value = String(to);
    input.dispatchEvent(new Event(type));
  }, value, event);
}

// Waits for a complete picture of a time step, drawn at least once since.
async function shown(page, step) {
  const { frames } = await waitFor(page, (state) => state.complete && state.step === step);
  return waitFor(page, (state) => state.complete && state.step === step && state.frames > frames + 2);
}

await withPage(async (page, picture) => {
  const { first, last } = await page.evaluate(async () => (await fetch('api/dataset')).json());
  await shown(page, first);
  const steps = [];
  for (const step of [first, first + 1, Math.floor((first + last) / 2), last]) {
    await set(page, 'step', step);
    const { points, drawn } = await shown(page, step);
    steps.push({ step, points, drawn });
  }
  await set(page, 'ask', true, 'change');
  const step = Math.floor((first + last) / 2);
  await set(page, 'step', step);
  await set(page, 'radius', -3);
  await shown(page, step);
  if (picture) {
    await set(page, 'radius', -3.4);
    await page.select('#colours', 'id');
    await page.evaluate(() => {
      const { sphere, shown } = window.groma;
      sphere.position.fromArray(shown.positions, 300);
      return window.groma.ask();
    });
    await shown(page, step);
    return {};
  }

  const question = () => page.evaluate(() => {
    const { sphere, shown } = window.groma;
    const { found } = window.groma.state();
    const text = document.querySelector('#found').textContent;
    return { step: shown.number, at: sphere.position.toArray(), radius: sphere.scale.x, found, text };
  });
  const asked = [await question()];
  const { x, y } = await page.evaluate(() => {
    const { sphere, stage } = window.groma;
    const middle = sphere.position.clone().project(stage.camera);
    const box = stage.renderer.domElement.getBoundingClientRect();
    return { x: box.left + ((middle.x + 1) / 2) * box.width, y: box.top + ((1 - middle.y) / 2) * box.height };
  });
  const camera = () => page.evaluate(() => window.groma.stage.camera.position.toArray());
  const before = await camera();
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 60, y + 30, { steps: 6 });
  await page.mouse.up();
  await shown(page, step);
  asked.push(await question());
  const after = await camera();
  // Its place is computed again for each picture, and so rounded.
  const still = before.every((number, axis) => Math.abs(number - after[axis]) < 1e-6 * (1 + Math.abs(number)));

  await page.click('#play');
  const played = await waitFor(page, (state) => state.complete && state.step >= step + 3);
  await page.click('#play');
  return { steps, asked, still, played: played.step };
});
