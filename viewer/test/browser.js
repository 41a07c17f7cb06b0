// A headless browser with a page of groma in it, for the tests. Drawing is done by the processor, so that pictures are
// the same on machines with and without a graphics card.
import puppeteer from 'puppeteer-core';

const FLAGS = [
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  // Names of other machines are not even looked up.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];
const PATIENCE = 240_000;

// Opens the page and gives it to `visit`; prints what that returns as JSON, with all that the page asked for and
// complained about.
export async function withPage(visit) {
  const [executablePath, address, picture] = process.argv.slice(2);
  const browser = await puppeteer.launch({ executablePath, args: FLAGS, headless: true, protocolTimeout: PATIENCE });
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: 800, height: 600 });
    const [requests, complaints] = [[], []];
    page.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url ?? ''}`);
    });
    page.setDefaultTimeout(PATIENCE);
    await page.goto(address);
    const found = await visit(page, picture);
    if (picture) await page.screenshot({ path: picture });
    console.log(JSON.stringify({ ...found, requests, complaints }));
  } finally {
    await browser.close();
  }
}

// Waits until `is` holds for what the page's state returns, and returns that.
export async function waitFor(page, is) {
  const end = Date.now() + PATIENCE;
  let state;
  do {
    await new Promise((resolve) => setTimeout(resolve, 50));
    state = await page.evaluate(() => globalThis.groma?.state());
    if (state?.problem) throw new Error(state.problem);
    if (state && is(state)) return state;
  } while (Date.now() < end);
  throw new Error(`waited for ${is} in vain: ${JSON.stringify(state)}`);
}
