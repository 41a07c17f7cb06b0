// The picture: renderer, scene, camera and the two ways to move it. z is up, lengths are metres.
import * as THREE from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { Flight } from './flight.js';

const BACKGROUND = 0xdfe8ef;

export class Stage {
  constructor(canvas) {
    this.renderer = new THREE.WebGLRenderer({ canvas, antialias: true, logarithmicDepthBuffer: true });
    this.renderer.setPixelRatio(window.devicePixelRatio);
    this.scene = new THREE.Scene();
    this.scene.background = new THREE.Color(BACKGROUND);
    this.camera = new THREE.PerspectiveCamera(50, 1, 0.5, 1e6);
    this.camera.up.set(0, 0, 1);
    const sun = new THREE.DirectionalLight(0xffffff, 1.9);
    sun.position.set(-0.5, -0.9, 1.4);
    this.scene.add(sun, new THREE.HemisphereLight(0xffffff, 0x8d8578, 1.5));
    this.orbit = new OrbitControls(this.camera, canvas);
    this.orbit.maxPolarAngle = 0.495 * Math.PI;
    this.orbit.screenSpacePanning = false;
    this.flight = new Flight(this.camera, canvas);
    this.frames = 0;
    this.resize();
    new ResizeObserver(() => this.resize()).observe(canvas);
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.renderer.domElement;
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / Math.max(height, 1);
    this.camera.updateProjectionMatrix();
  }

  // Looks at a box from the south, from above.
  lookAtBox(box) {
    const middle = box.getCenter(new THREE.Vector3());
    const size = box.getSize(new THREE.Vector3());
    const away = 0.9 * Math.max(size.x, size.y, size.z, 1);
    this.look(middle.clone().add(new THREE.Vector3(0, -0.8 * away, 0.7 * away)), middle);
    this.flight.speed = 0.05 * away;
  }

  look(from, to) {
    this.camera.position.copy(from);
    this.orbit.target.copy(to);
    this.camera.lookAt(to);
    this.orbit.update();
  }

  fly(on) {
    if (!on && this.flight.enabled) {
      // Orbiting goes on around what is in the middle of the picture.
      const ahead = this.camera.getWorldDirection(new THREE.Vector3());
      const distance = this.camera.position.distanceTo(this.orbit.target);
      this.orbit.target.copy(this.camera.position).addScaledVector(ahead, distance);
    }
    this.flight.enabled = on;
    this.orbit.enabled = !on;
  }

  // Calls `update` before each picture.
  run(update) {
    const clock = new THREE.Timer();
    this.renderer.setAnimationLoop(() => {
      clock.update();
      const seconds = Math.min(clock.getDelta(), 0.1);
      if (this.flight.enabled) this.flight.update(seconds);
      else this.orbit.update();
      this.camera.updateMatrixWorld();
      update(seconds);
      this.renderer.render(this.scene, this.camera);
      this.frames += 1;
    });
  }

  // Returns a ray through a place on the canvas, in pixels of the page.
  rayThrough(x, y) {
    const box = this.renderer.domElement.getBoundingClientRect();
    const place = new THREE.Vector2((2 * (x - box.left)) / box.width - 1, 1 - (2 * (y - box.top)) / box.height);
    const ray = new THREE.Raycaster();
    ray.setFromCamera(place, this.camera);
    return ray;
  }

  // Calls `clicked` where the pointer went down and up at one place.
  onClick(clicked) {
    const canvas = this.renderer.domElement;
    let down = null;
    canvas.addEventListener('pointerdown', (event) => (down = event));
    canvas.addEventListener('pointerup', (event) => {
      const moved = down ? Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) : Infinity;
      if (moved < 4 && event.button === 0) clicked(event.clientX, event.clientY);
      down = null;
    });
  }

  // Draws the scene without smoothing on a background that nothing else has, and counts its pixels: what can be seen
  // through.
  countBackground() {
    const { width, height } = this.renderer.domElement;
    const target = new THREE.WebGLRenderTarget(width, height, { samples: 0 });
    const background = this.scene.background;
    this.scene.background = new THREE.Color(0xff00ff);
    this.renderer.setRenderTarget(target);
    this.renderer.render(this.scene, this.camera);
    const pixels = new Uint8Array(4 * width * height);
    this.renderer.readRenderTargetPixels(target, 0, 0, width, height, pixels);
    this.renderer.setRenderTarget(null);
    this.scene.background = background;
    target.dispose();
    let count = 0;
    for (let i = 0; i < pixels.length; i += 4) {
      if (pixels[i] === 255 && pixels[i + 1] === 0 && pixels[i + 2] === 255) count += 1;
    }
    return count;
  }
}
