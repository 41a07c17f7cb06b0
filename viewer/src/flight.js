// Flying: keys move the camera, dragging turns it. The horizon stays level.
import * as THREE from 'three';

const MOVES = {
  KeyW: [0, 0, -1], ArrowUp: [0, 0, -1], KeyS: [0, 0, 1], ArrowDown: [0, 0, 1],
  KeyA: [-1, 0, 0], ArrowLeft: [-1, 0, 0], KeyD: [1, 0, 0], ArrowRight: [1, 0, 0],
};
const CLIMBS = { KeyE: 1, PageUp: 1, KeyQ: -1, PageDown: -1 };
const STEEPEST = 0.49 * Math.PI;

export class Flight {
  constructor(camera, canvas) {
    this.camera = camera;
    this.enabled = false;
    this.speed = 50;
    this.keys = new Set();
    const isText = (element) => ['INPUT', 'SELECT'].includes(element.tagName) && element.type !== 'range';
    window.addEventListener('keydown', (event) => {
      if (!this.enabled || isText(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.code in MOVES || event.code in CLIMBS) event.preventDefault();
      this.keys.add(event.code);
    });
    window.addEventListener('keyup', (event) => this.keys.delete(event.code));
    window.addEventListener('blur', () => this.keys.clear());
    canvas.addEventListener('pointermove', (event) => {
      if (this.enabled && event.buttons & 1) this.turn(-0.004 * event.movementX, -0.004 * event.movementY);
    });
    canvas.addEventListener('wheel', (event) => {
      if (this.enabled) this.speed *= Math.exp(-0.001 * event.deltaY);
    }, { passive: true });
  }

  turn(right, up) {
    const ahead = this.camera.getWorldDirection(new THREE.Vector3());
    const heading = Math.atan2(ahead.y, ahead.x) + right;
    const pitch = THREE.MathUtils.clamp(Math.asin(THREE.MathUtils.clamp(ahead.z, -1, 1)) + up, -STEEPEST, STEEPEST);
    const level = Math.cos(pitch);
    ahead.set(level * Math.cos(heading), level * Math.sin(heading), Math.sin(pitch));
    this.camera.lookAt(ahead.add(this.camera.position));
  }

  update(seconds) {
    const move = new THREE.Vector3();
    let climb = 0;
    for (const key of this.keys) {
      if (key in MOVES) move.add(new THREE.Vector3(...MOVES[key]));
      climb += CLIMBS[key] ?? 0;
    }
    const fast = this.keys.has('ShiftLeft') || this.keys.has('ShiftRight') ? 4 : 1;
    move.applyQuaternion(this.camera.quaternion).add(new THREE.Vector3(0, 0, climb));
    this.camera.position.addScaledVector(move, this.speed * fast * seconds);
  }
}
