// Colours of things, and of numbers by a ramp from dark blue to yellow.
import * as THREE from 'three';

const STOPS = [0x2c3e7a, 0x2f7f93, 0x52b788, 0xb5d95b, 0xfde725].map((colour) => new THREE.Color(colour));

// Writes the colour of a share from 0 to 1 into `target`.
export function ramp(share, target) {
  const place = THREE.MathUtils.clamp(share, 0, 1) * (STOPS.length - 1);
  const from = Math.min(Math.floor(place), STOPS.length - 2);
  return target.copy(STOPS[from]).lerp(STOPS[from + 1], place - from);
}

// Writes a colour that differs from those of the numbers nearby into `target`.
export function ofNumber(number, target) {
  return target.setHSL((number * 0.618033988749895) % 1, 0.62, 0.52);
}

// Fills a legend: a strip with the ramp, and the values at its ends and between.
export function showLegend(element, values) {
  const strip = document.createElement('canvas');
  [strip.width, strip.height] = [256, 1];
  const context = strip.getContext('2d');
  const colour = new THREE.Color();
  for (let x = 0; x < 256; x += 1) {
    context.fillStyle = ramp(x / 255, colour).getStyle();
    context.fillRect(x, 0, 1, 1);
  }
  const labels = document.createElement('div');
  labels.append(...values.map((value) => Object.assign(document.createElement('span'), { textContent: value })));
  element.replaceChildren(strip, labels);
}

export function showTable(element, rows) {
  element.replaceChildren(...rows.map(([name, value]) => {
    const row = document.createElement('tr');
    row.append(Object.assign(document.createElement('th'), { textContent: name }));
    const text = Object.assign(document.createElement('div'), { textContent: value });
    const cell = document.createElement('td');
    cell.append(text);
    row.append(cell);
    return row;
  }));
}
