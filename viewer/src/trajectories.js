// The page of `groma trajectories view`: time steps as points, and the answers of queries.
import * as THREE from 'three';
import { ofNumber, ramp, showLegend, showTable } from './colours.js';
import { Stage } from './stage.js';

const FOUND = new THREE.Color(0xff2fa0);
const UNKNOWN = new THREE.Color(0x8a949e);
// How many of the nearest are listed.
const LISTED = 10;
// A step that was shown is kept for the one after it, whose speeds count from it; the next one is fetched in advance.
const KEPT_STEPS = 8;

export async function showTrajectories() {
  const view = new TrajectoriesView(document.querySelector('#picture'));
  // For tests, and for the curious at the browser's console.
  window.groma = view;
  await view.open();
}

async function answerOf(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error((await response.text()).trim());
  return response;
}

class TrajectoriesView {
  constructor(canvas) {
    this.stage = new Stage(canvas);
    this.stage.scene.background = new THREE.Color(0x141b22);
    this.steps = new Map();
    this.shown = null;
    this.wanted = null;
    this.found = null;
    this.fastest = null;
    this.problem = null;
    this.asked = 0;
    this.answered = 0;
    this.playing = false;
    this.sinceStep = 0;
    const material = new THREE.PointsMaterial({ size: 3, sizeAttenuation: false, vertexColors: true });
    this.points = new THREE.Points(new THREE.BufferGeometry(), material);
    this.points.frustumCulled = false;
    const glass = new THREE.MeshLambertMaterial({ color: FOUND, transparent: true, opacity: 0.25, depthWrite: false });
    this.sphere = new THREE.Mesh(new THREE.SphereGeometry(1, 48, 24), glass);
    this.sphere.visible = false;
    this.stage.scene.add(this.points, this.sphere);
  }

  async open() {
    try {
      this.about = await (await answerOf('api/dataset')).json();
    } catch (error) {
      this.fail(error);
      return;
    }
    document.title = `${this.about.name ?? 'data set'} – groma trajectories view`;
    this.connectPanel();
    await this.show(this.about.first);
    this.box = this.boxOf();
    this.stage.lookAtBox(this.box);
    this.sphere.position.copy(this.box.getCenter(new THREE.Vector3()));
    this.setRadius();
    this.stage.run((seconds) => this.update(seconds));
  }

  fail(error) {
    this.problem = error.message;
    document.querySelector('#state').textContent = error.message;
  }

  // The box of all positions where it is known, otherwise of those that are shown.
  boxOf() {
    const { bounds } = this.about;
    const box = new THREE.Box3();
    const isKnown = bounds?.flat().every(Number.isFinite);
    if (isKnown) box.setFromPoints(bounds.map((corner) => new THREE.Vector3(...corner)));
    else box.setFromBufferAttribute(this.points.geometry.getAttribute('position'));
    return box.isEmpty() ? new THREE.Box3(new THREE.Vector3(-1, -1, -1), new THREE.Vector3(1, 1, 1)) : box;
  }

  // The samples of a time step: their ids and positions.
  step(number) {
    if (!this.steps.has(number)) {
      const loading = answerOf(`api/step?step=${number}`).then((response) => response.arrayBuffer()).then((bytes) => {
        const count = Number(new BigUint64Array(bytes, 0, 1)[0]);
        const ids = new BigUint64Array(bytes, 8, count);
        return { number, ids, positions: new Float32Array(bytes, 8 + 8 * count, 3 * count) };
      });
      // One that failed is asked for again.
      loading.catch(() => this.steps.delete(number));
      this.steps.set(number, loading);
      for (const old of this.steps.keys()) {
        if (this.steps.size > KEPT_STEPS && old !== number) this.steps.delete(old);
      }
    }
    return this.steps.get(number);
  }

  // Shows a time step, unless another one is wanted by the time it is there.
  async show(number) {
    this.wanted = number;
    document.querySelector('#step').value = number;
    document.querySelector('#step-value').textContent = number;
    try {
      const before = number > this.about.first ? this.step(number - 1) : null;
      const [step, last] = await Promise.all([this.step(number), before]);
      if (this.wanted !== number) return;
      this.problem = null;
      this.shown = step;
      this.speeds = last && speedsOf(step, last);
      this.fill();
      if (number < this.about.last) this.step(number + 1).catch(() => {});
      await this.ask();
    } catch (error) {
      this.fail(error);
    }
  }

  fill() {
    const { positions, ids } = this.shown;
    const geometry = new THREE.BufferGeometry();
    geometry.setAttribute('position', new THREE.BufferAttribute(positions, 3));
    geometry.setAttribute('color', new THREE.BufferAttribute(new Float32Array(3 * ids.length), 3));
    this.points.geometry.dispose();
    this.points.geometry = geometry;
    if (this.fastest === null && this.speeds) {
      const known = this.speeds.filter(Number.isFinite).sort();
      this.fastest = known[Math.floor(0.98 * (known.length - 1))] || 1;
      const share = (part) => Number((part * this.fastest).toPrecision(2));
      showLegend(document.querySelector('#legend'), [0, share(0.5), `${share(1)} per step`]);
    }
    this.paint();
    document.querySelector('#state').textContent = `${ids.length.toLocaleString('en')} samples`;
  }

  paint() {
    const { ids } = this.shown;
    const colours = this.points.geometry.getAttribute('color');
    const bySpeed = document.querySelector('#colours').value === 'speed';
    const found = this.sphere.visible && this.found ? new Set(this.found.ids) : new Set();
    const colour = new THREE.Color();
    for (let n = 0; n < ids.length; n += 1) {
      const speed = this.speeds?.[n] ?? NaN;
      if (found.has(ids[n])) colour.copy(FOUND);
      else if (!bySpeed) ofNumber(Number(ids[n] % 1_000_003n), colour);
      else if (Number.isFinite(speed)) ramp(speed / this.fastest, colour);
      else colour.copy(UNKNOWN);
      colours.setXYZ(n, colour.r, colour.g, colour.b);
    }
    colours.needsUpdate = true;
  }

  // Asks who is within the sphere. Where an answer takes longer than the next question, the older one is let go.
  async ask() {
    if (!this.sphere.visible || !this.shown) return;
    this.asked += 1;
    const question = this.asked;
    const { x, y, z } = this.sphere.position;
    const cellSize = document.querySelector('#cell-size').value;
    const where = `step=${this.shown.number}&at=${x},${y},${z}&radius=${this.sphere.scale.x}&cell_size=${cellSize}`;
    const begin = performance.now();
    try {
      const { ids, distances } = await (await answerOf(`api/near?${where}`)).json();
      if (question !== this.asked) return;
      this.found = { ids: ids.map(BigInt), distances };
      const time = (performance.now() - begin).toFixed(1);
      document.querySelector('#found').textContent = `${ids.length} found in ${time} ms`;
      const row = (id, n) => [id, Number(distances[n].toPrecision(6))];
      showTable(document.querySelector('#nearest'), ids.slice(0, LISTED).map(row));
    } catch (error) {
      if (question !== this.asked) return;
      this.found = null;
      document.querySelector('#found').textContent = error.message;
      showTable(document.querySelector('#nearest'), []);
    }
    this.answered = question;
    this.paint();
  }

  setRadius() {
    const size = this.box.getSize(new THREE.Vector3()).length();
    const radius = size * 2 ** Number(document.querySelector('#radius').value);
    this.sphere.scale.setScalar(radius);
    document.querySelector('#radius-value').textContent = Number(radius.toPrecision(3));
  }

  update(seconds) {
    if (!this.playing || this.shown?.number !== this.wanted) return;
    this.sinceStep += seconds;
    if (this.sinceStep < 1 / Number(document.querySelector('#rate').value)) return;
    this.sinceStep = 0;
    this.show(this.wanted < this.about.last ? this.wanted + 1 : this.about.first);
  }

  // What is shown now, and whether that is all that was asked for.
  state() {
    return {
      complete: this.shown !== null && this.shown.number === this.wanted && this.answered === this.asked,
      step: this.shown?.number ?? null,
      points: this.shown?.ids.length ?? 0,
      // What the graphics card was told to draw.
      drawn: this.stage.renderer.info.render.points,
      found: this.found?.ids.map(String) ?? null,
      frames: this.stage.frames,
      problem: this.problem,
    };
  }

  connectPanel() {
    const input = (name) => document.querySelector(`#${name}`);
    input('step').min = this.about.first;
    input('step').max = this.about.last;
    input('step').addEventListener('input', () => this.show(Number(input('step').value)));
    input('play').addEventListener('click', () => {
      this.playing = !this.playing;
      input('play').textContent = this.playing ? 'Pause' : 'Play';
    });
    input('colours').addEventListener('change', () => {
      input('legend').hidden = input('colours').value !== 'speed';
      this.paint();
    });
    input('size').addEventListener('input', () => (this.points.material.size = Number(input('size').value)));
    const sizes = this.about.cell_sizes;
    input('cell-size').replaceChildren(...sizes.map((size) => new Option(String(size), String(size))));
    input('ask').addEventListener('change', () => {
      this.sphere.visible = input('ask').checked && sizes.length > 0;
      input('asking').hidden = !input('ask').checked;
      if (sizes.length === 0) input('found').textContent = 'No tables: groma trajectories build makes them';
      this.ask();
      this.paint();
    });
    input('radius').addEventListener('input', () => {
      this.setRadius();
      this.ask();
    });
    input('cell-size').addEventListener('change', () => this.ask());
    input('fly').addEventListener('change', () => {
      this.stage.fly(input('fly').checked);
      input('fly-hint').hidden = !input('fly').checked;
    });
    input('home').addEventListener('click', () => this.stage.lookAtBox(this.box));
    this.connectSphere(this.stage.renderer.domElement);
  }

  // The sphere is dragged in the plane through its middle that faces the camera.
  connectSphere(canvas) {
    let grip = null;
    const plane = new THREE.Plane();
    const place = (event) =>
      this.stage.rayThrough(event.clientX, event.clientY).ray.intersectPlane(plane, new THREE.Vector3());
    // Before the camera's own controls, which would turn it.
    canvas.addEventListener('pointerdown', (event) => {
      if (!this.sphere.visible || event.button !== 0) return;
      const hit = this.stage.rayThrough(event.clientX, event.clientY).intersectObject(this.sphere);
      if (hit.length === 0) return;
      const ahead = this.stage.camera.getWorldDirection(new THREE.Vector3());
      plane.setFromNormalAndCoplanarPoint(ahead, this.sphere.position);
      grip = place(event)?.sub(this.sphere.position) ?? null;
      if (grip) {
        event.stopImmediatePropagation();
        canvas.setPointerCapture(event.pointerId);
      }
    }, { capture: true });
    canvas.addEventListener('pointermove', (event) => {
      const at = grip && place(event);
      if (!at) return;
      event.stopImmediatePropagation();
      this.sphere.position.copy(at.sub(grip));
      this.ask();
    }, { capture: true });
    canvas.addEventListener('pointerup', () => (grip = null), { capture: true });
  }
}

// How far each trajectory has come since the step before; NaN where it was not there.
function speedsOf(step, before) {
  const places = new Map();
  const sameOrder = (n) => before.ids[n] === step.ids[n];
  const distance = (n, m) => {
    const at = (positions, k, axis) => positions[3 * k + axis];
    return Math.hypot(...[0, 1, 2].map((axis) => at(step.positions, n, axis) - at(before.positions, m, axis)));
  };
  return Float32Array.from(step.ids, (id, n) => {
    if (sameOrder(n)) return distance(n, n);
    if (places.size === 0) before.ids.forEach((other, m) => places.set(other, m));
    const m = places.get(id);
    return m === undefined ? NaN : distance(n, m);
  });
}
