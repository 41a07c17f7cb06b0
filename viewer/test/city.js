// What a user sees and clicks on the page of a city, as JSON.
import { waitFor, withPage } from './browser.js';

// Waits until the picture is complete, which it is only known to be after some frames with all that was asked for.
async function settled(page) {
  const { frames } = await page.evaluate(() => window.groma.state());
  let since = frames;
  return waitFor(page, (state) => {
    if (!state.complete) since = state.frames;
    return state.complete && state.tiles > 0 && state.frames > since + 5;
  });
}

async function setSlider(page, name, value) {
  await page.$eval(`#${name}`, (input, to) => {
    input.value = to;
    input.dispatchEvent(new Event('input'));
  }, String(value));
}

// How much of what is behind the city can be seen, from straight above and aslant, within its borders.
async function seenThrough(page) {
  const counts = [];
  for (const aslant of [false, true]) {
    await page.evaluate((lean) => {
      const { box, stage } = window.groma;
      const [x, y] = [(box.min.x + box.max.x) / 2, (box.min.y + box.max.y) / 2];
      const edge = Math.min(box.max.x - box.min.x, box.max.y - box.min.y);
      window.groma.lookDown(x, y, (lean ? 0.4 : 0.6) * edge);
      if (lean) {
        const from = stage.camera.position.clone();
        from.y -= 0.15 * edge;
        stage.look(from, stage.orbit.target.clone());
      }
    }, aslant);
    const { levels, triangles } = await settled(page);
    const background = await page.evaluate(() => window.groma.stage.countBackground());
    counts.push({ aslant, levels, triangles, background });
  }
  return counts;
}

await withPage(async (page, picture) => {
  await settled(page);
  if (picture) {
    await page.select('#colours', 'height');
    await setSlider(page, 'error', 0);
    await page.evaluate(() => {
      const { box, stage } = window.groma;
      const middle = stage.orbit.target.clone();
      middle.set((box.min.x + box.max.x) / 2, (box.min.y + box.max.y) / 2, box.min.z);
      const from = middle.clone();
      from.x += 60;
      from.y -= 620;
      from.z += 360;
      stage.look(from, middle);
    });
    await settled(page);
    await page.mouse.click(440, 470);
    const { frames } = await settled(page);
    // The panel tells what is shown from time to time.
    await waitFor(page, (state) => state.frames > frames + 20);
    return {};
  }

  const errors = {};
  for (const [error, place] of [[256, 8], [2, 1], [0.125, -3]]) {
    await setSlider(page, 'error', place);
    errors[error] = await seenThrough(page);
  }

  // Of all the way down, as a control: a tile that is hidden, and one that is moved, must be seen.
  const controls = await page.evaluate(() => {
    const { tiles, models, stage } = window.groma;
    const shown = [...tiles.visibleTiles].map((tile) => models.get(tile).meshes[0].mesh);
    const count = (change, undo) => {
      const counts = shown.map((mesh) => {
        change(mesh);
        mesh.updateMatrixWorld(true);
        const found = stage.countBackground();
        undo(mesh);
        mesh.updateMatrixWorld(true);
        return found;
      });
      return Math.max(...counts);
    };
    return {
      hidden: count((mesh) => (mesh.visible = false), (mesh) => (mesh.visible = true)),
      moved: count((mesh) => (mesh.position.x += 3), (mesh) => (mesh.position.x -= 3)),
    };
  });

  const clicks = [];
  await page.evaluate(() => {
    const { box } = window.groma;
    window.groma.lookDown((box.min.x + box.max.x) / 2, (box.min.y + box.max.y) / 2, 400);
  });
  await settled(page);
  for (let y = 40; y < 580; y += 60) {
    for (let x = 300; x < 790; x += 50) {
      await page.mouse.click(x, y);
      clicks.push(await page.evaluate((at) => {
        const ray = window.groma.stage.rayThrough(at.x, at.y);
        const [{ point, object }] = ray.intersectObject(window.groma.tiles.group, true);
        const rows = [...document.querySelectorAll('#record tr')];
        return {
          point: point.toArray(),
          mesh: object.name,
          record: Object.fromEntries(rows.map((row) => [...row.children].map((cell) => cell.textContent))),
        };
      }, { x, y }));
    }
  }

  // Of some tiles the children are shown, whatever the view needs, and of others not.
  await setSlider(page, 'error', 9);
  const mixes = [];
  for (let round = 0; round < 3; round += 1) {
    await page.evaluate((number) => {
      const { tiles } = window.groma;
      tiles.errorTarget = 1e9;
      if (window.mix) tiles.unregisterPlugin(window.mix);
      const refined = (tile) => {
        if (!tile.parent) return true;
        const uri = tile.content?.uri ?? '';
        const sum = [...uri].reduce((sum, letter) => (31 * sum + letter.charCodeAt(0)) % 65521, 7 + number);
        return (sum + number) % 2 === 0;
      };
      window.mix = {
        name: `mix ${number}`,
        calculateTileViewError(tile, target) {
          if (!refined(tile)) return false;
          target.inView = true;
          target.error = 1e12;
          return true;
        },
      };
      tiles.registerPlugin(window.mix);
    }, round);
    mixes.push(...await seenThrough(page));
  }
  return { errors, controls, clicks, mixes };
});
