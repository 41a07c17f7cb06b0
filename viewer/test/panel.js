// What the panel says: of a city of one tile, of a building that is clicked, and of a file that cannot be read.
import { waitFor, withPage } from './browser.js';

await withPage(async (page) => {
  await page.waitForFunction(() => {
    const state = globalThis.groma?.state();
    return state && (state.problem || (state.complete && state.tiles > 0));
  });
  const { frames, problem } = await page.evaluate(() => window.groma.state());
  // The panel tells what is shown from time to time.
  await page.waitForFunction((from) => window.groma.state().frames > from + 20, {}, frames);
  const text = await page.$eval('#state', (element) => element.textContent);
  if (problem) return { text };
  await page.evaluate(() => {
    const { box } = window.groma;
    window.groma.lookDown((box.min.x + box.max.x) / 2, (box.min.y + box.max.y) / 2, box.max.x - box.min.x);
  });
  await waitFor(page, (state) => state.frames > frames + 40);
  const found = await page.evaluate(() => {
    for (let y = 20; y < 590; y += 10) {
      for (let x = 270; x < 790; x += 10) {
        if (window.groma.pick(x, y)) {
          const { height } = document.querySelector('#record').getBoundingClientRect();
          return { height, footprints: document.querySelector('#record').textContent.length };
        }
      }
    }
    return null;
  });
  return { text, ...found };
});
