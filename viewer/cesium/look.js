// node look.js TILESET PICTURE.png: shows a tileset in CesiumJS, makes a picture, and picks a building. It fails where
// something could not be shown, or no building was met.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";

const [tileset, picture] = process.argv.slice(2);
const here = fileURLToPath(new URL(".", import.meta.url));
const folders = { "/cesium/": join(here, "node_modules/cesium/Build/Cesium"), "/city/": tileset };
const types = {
  ".html": "text/html", ".js": "text/javascript", ".json": "application/json", ".css": "text/css",
  ".wasm": "application/wasm", ".glb": "model/gltf-binary",
};

const server = createServer(async (request, response) => {
  const path = normalize(decodeURIComponent(request.url.split("?")[0]));
  const prefix = Object.keys(folders).find((prefix) => path.startsWith(prefix));
  const file = prefix ? join(folders[prefix], path.slice(prefix.length)) : join(here, "index.html");
  try {
    const body = await readFile(file);
    response.writeHead(200, { "Content-Type": types[extname(file)] ?? "application/octet-stream" }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  protocolTimeout: 600_000,
  args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"],
});
let failed = true;
try {
  const page = await browser.newPage();
  await page.setViewport({ width: 800, height: 600 });
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction("state.settled || state.errors.length", { timeout: 300_000, polling: 200 });
  await page.screenshot({ path: picture });
  const errors = await page.evaluate("state.errors");
  const picked = await page.evaluate(() => {
    for (let radius = 0; radius < 200; radius += 10) {
      for (let angle = 0; angle < 6.3; angle += 0.7) {
        const found = pick(400 + radius * Math.cos(angle), 300 + radius * Math.sin(angle));
        if (found) return found;
      }
    }
    return null;
  });
  console.log("errors:", errors, "picked:", JSON.stringify(picked));
  failed = errors.length > 0 || !picked;
} finally {
  await browser.close();
  server.close();
}
process.exit(failed ? 1 : 0);
