// The page of `groma city view`: a folder of 3D Tiles.
import * as THREE from 'three';
import { TilesRenderer } from '3d-tiles-renderer/three';
import { GLTFExtensionsPlugin } from '3d-tiles-renderer/three/plugins';
import { MeshoptDecoder } from 'three/addons/libs/meshopt_decoder.module.js';
import { ofNumber, ramp, showLegend, showTable } from './colours.js';
import { Stage } from './stage.js';

const TILESET = 'data/tileset.json';
const PARTS = { ground: 0xb9b09c, wall: 0xe3ddd0, roof: 0xb5654a };
const OTHER = 0xc8c8c8;
const PICKED = new THREE.Color(0xff2fa0);
// Heights have the colour of their logarithm, between these.
const HEIGHTS = [2.5, 5, 10, 20, 40, 80, 160];

export function showCity() {
  const view = new CityView(document.querySelector('#picture'));
  // For tests, and for the curious at the browser's console.
  window.groma = view;
}

class CityView {
  constructor(canvas) {
    this.stage = new Stage(canvas);
    this.colouring = 'part';
    this.picked = null;
    this.problem = null;
    this.models = new Map();
    this.material = new THREE.MeshLambertMaterial({ vertexColors: true });
    this.borders = new THREE.Group();
    this.borders.visible = false;
    this.tiles = new TilesRenderer(TILESET);
    this.tiles.registerPlugin(new GLTFExtensionsPlugin({ metadata: true, meshoptDecoder: MeshoptDecoder }));
    this.tiles.setCamera(this.stage.camera);
    this.stage.scene.add(this.tiles.group, this.borders);
    this.listen();
    this.connectPanel();
    this.stage.run(() => {
      this.tiles.setResolutionFromRenderer(this.stage.camera, this.stage.renderer);
      this.tiles.update();
      if (this.stage.frames % 15 === 0) this.showState();
    });
  }

  listen() {
    this.tiles.addEventListener('load-root-tileset', ({ tileset }) => this.place(tileset.root));
    this.tiles.addEventListener('load-model', ({ scene, tile }) => this.take(scene, tile));
    this.tiles.addEventListener('dispose-model', ({ tile }) => this.leave(tile));
    this.tiles.addEventListener('tile-visibility-change', ({ tile, visible }) => {
      const model = this.models.get(tile);
      if (model) model.border.visible = visible;
    });
    this.tiles.addEventListener('load-error', ({ url }) => {
      const name = new URL(url, document.baseURI).pathname.replace(/^\/data\//, '');
      this.problem = `${name} could not be read; groma city check says what is wrong`;
    });
    this.stage.onClick((x, y) => this.pick(x, y));
  }

  // Takes the root's transform back, which may lead to the other side of the earth: the picture is in the root's own
  // frame, where z is up.
  place(root) {
    const { group } = this.tiles;
    if (root.transform) group.matrix.fromArray(root.transform).invert();
    group.matrix.decompose(group.position, group.quaternion, group.scale);
    group.updateMatrixWorld(true);
    const [x, y, z, a, , , , b, , , , c] = root.boundingVolume.box;
    const half = new THREE.Vector3(Math.abs(a), Math.abs(b), Math.abs(c));
    const middle = new THREE.Vector3(x, y, z);
    this.box = new THREE.Box3(middle.clone().sub(half), middle.clone().add(half));
    this.stage.lookAtBox(this.box);
  }

  take(scene, tile) {
    const meshes = [];
    scene.traverse((mesh) => {
      if (!mesh.isMesh) return;
      meshes.push({ mesh, part: mesh.material.name });
      mesh.material.dispose();
      // One for each mesh, since it is disposed of with the mesh.
      mesh.material = this.material.clone();
      const vertices = mesh.geometry.getAttribute('position').count;
      if (!mesh.geometry.getAttribute('normal')) mesh.geometry.computeVertexNormals();
      mesh.geometry.setAttribute('color', new THREE.BufferAttribute(new Uint8Array(3 * vertices), 3, true));
    });
    const [box, matrix] = [new THREE.Box3(), new THREE.Matrix4()];
    tile.engineData.boundingVolume.getOBB(box, matrix);
    const border = new THREE.Group();
    border.matrixAutoUpdate = false;
    border.matrix.multiplyMatrices(this.tiles.group.matrix, matrix);
    const colour = ofNumber(3 * levelsBelow(tile), new THREE.Color());
    border.add(new THREE.Box3Helper(box, colour));
    border.visible = false;
    this.borders.add(border);
    const model = { meshes, border };
    this.models.set(tile, model);
    this.paint(model);
  }

  leave(tile) {
    const model = this.models.get(tile);
    if (!model) return;
    this.borders.remove(model.border);
    model.border.children.forEach((lines) => lines.dispose());
    this.models.delete(tile);
  }

  paint({ meshes }) {
    const colour = new THREE.Color();
    for (const { mesh, part } of meshes) {
      const { colours, features, records } = columnsOf(mesh);
      const plain = new THREE.Color(PARTS[part] ?? OTHER);
      const ofFeature = records.map((record) => {
        if (record.building === this.picked) return bytesOf(PICKED);
        if (this.colouring === 'height') return bytesOf(ramp(shareOfHeight(record.height), colour));
        if (this.colouring === 'building') return bytesOf(ofNumber(record.building, colour));
        return bytesOf(plain);
      });
      const ofPart = bytesOf(plain);
      for (let v = 0; v < colours.count; v += 1) {
        colours.setXYZ(v, ...(ofFeature[features?.getX(v)] ?? ofPart));
      }
      colours.needsUpdate = true;
    }
  }

  paintAll() {
    this.models.forEach((model) => this.paint(model));
  }

  // Finds the building at a place of the picture, marks it and shows its record; returns that, or null.
  pick(x, y) {
    const ray = this.stage.rayThrough(x, y);
    ray.firstHitOnly = true;
    const [hit] = ray.intersectObject(this.tiles.group, true);
    const { features, records } = hit ? columnsOf(hit.object) : {};
    const record = records?.[features?.getX(hit.face.a)] ?? null;
    this.picked = record?.building ?? null;
    this.paintAll();
    const rows = record ? Object.entries(record).map(([name, value]) => [name, textOf(value)]) : [];
    showTable(document.querySelector('#record'), rows);
    document.querySelector('#hint').hidden = record !== null;
    return record;
  }

  // Looks straight down at a place of the root's frame from so far above it.
  lookDown(x, y, height) {
    const above = new THREE.Vector3(x, y - 1e-3 * height, this.box.max.z + height);
    this.stage.look(above, new THREE.Vector3(x, y, this.box.max.z));
  }

  // What is shown now: tiles by their level above the leaves, and whether all of it is there.
  state() {
    const { stats } = this.tiles;
    const levels = {};
    let triangles = 0;
    this.tiles.visibleTiles.forEach((tile) => {
      const level = levelsBelow(tile);
      levels[level] = (levels[level] ?? 0) + 1;
      this.models.get(tile)?.meshes.forEach(({ mesh }) => (triangles += mesh.geometry.index.count / 3));
    });
    const waiting = stats.downloading + stats.parsing + stats.queued;
    return {
      complete: waiting === 0 && this.tiles.rootTileset !== null,
      tiles: this.tiles.visibleTiles.size,
      frames: this.stage.frames,
      triangles,
      levels,
      problem: this.problem,
    };
  }

  showState() {
    const { tiles, triangles, complete, problem } = this.state();
    const text = `${counted(tiles, 'tile')}, ${counted(triangles, 'triangle')}${complete ? '' : ', more to come'}`;
    document.querySelector('#state').textContent = problem ?? text;
  }

  connectPanel() {
    const input = (name) => document.querySelector(`#${name}`);
    const error = () => {
      this.tiles.errorTarget = 2 ** Number(input('error').value);
      input('error-value').textContent = `${Number(this.tiles.errorTarget.toPrecision(3))} px`;
    };
    input('error').addEventListener('input', error);
    error();
    input('colours').addEventListener('change', () => {
      this.colouring = input('colours').value;
      input('legend').hidden = this.colouring !== 'height';
      this.paintAll();
    });
    showLegend(input('legend'), HEIGHTS.map((height, n) => (n + 1 < HEIGHTS.length ? height : `${height} m`)));
    input('borders').addEventListener('change', () => (this.borders.visible = input('borders').checked));
    input('fly').addEventListener('change', () => {
      this.stage.fly(input('fly').checked);
      input('fly-hint').hidden = !input('fly').checked;
    });
    input('home').addEventListener('click', () => this.box && this.stage.lookAtBox(this.box));
  }
}

function counted(count, thing) {
  return `${count.toLocaleString('en')} ${thing}${count === 1 ? '' : 's'}`;
}

// The arrays of a mesh that its colours depend on.
function columnsOf(mesh) {
  const { geometry, userData } = mesh;
  const ids = userData.meshFeatures?.featureIds?.[0];
  const features = ids && geometry.getAttribute(`_feature_id_${ids.attribute}`);
  return { colours: geometry.getAttribute('color'), features, records: features ? recordsOf(mesh, ids) : [] };
}

// The rows of the property table that a mesh's features have, by their number.
function recordsOf({ userData }, { propertyTable, featureCount }) {
  const metadata = userData.structuralMetadata;
  const table = metadata?.tableAccessors[propertyTable ?? -1];
  if (!table) return [];
  table.gromaRows ??= Array.from({ length: table.count ?? featureCount }, (_, row) => table.getData(row, {}));
  return table.gromaRows;
}

// How many levels of tiles are below a tile, of those that are known.
function levelsBelow(tile) {
  return tile.children?.length ? 1 + Math.max(...tile.children.map(levelsBelow)) : 0;
}

function shareOfHeight(height) {
  const [low, high] = [HEIGHTS[0], HEIGHTS[HEIGHTS.length - 1]];
  return Math.log(Math.max(height, low) / low) / Math.log(high / low);
}

function bytesOf({ r, g, b }) {
  return [r, g, b];
}

function textOf(value) {
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value).join(', ');
  return typeof value === 'number' ? String(Number(value.toFixed(3))) : String(value);
}
