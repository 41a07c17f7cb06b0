// Makes the pages that the command line serves: node build.js FOLDER. The same bytes come out each time, on each system.
import { cpSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2];
if (!folder) throw new Error('usage: node build.js FOLDER');

const options = {
  absWorkingDir: here,
  entryPoints: ['src/main.js'],
  bundle: true,
  format: 'esm',
  minify: true,
  target: 'es2022',
  // The licences are put at the beginning as whole texts.
  legalComments: 'none',
  charset: 'utf8',
  metafile: true,
};

const { metafile } = await build({ ...options, write: false });
const parts = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
const used = parts.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
const packages = new Set(used.map((path) => path.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean));

// Returns a package's name, version and licence.
function notice(name) {
  const home = join(here, 'node_modules', name);
  const { version, license } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const files = readdirSync(home).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  if (files.length === 0) throw new Error(`${name} brings no text of its licence`);
  const texts = files.map((file) => readFileSync(join(home, file), 'utf8').replaceAll('\r\n', '\n').trim());
  return `==== ${name} ${version}: ${license}\n\n${texts.join('\n\n')}\n`;
}

// Returns what a file that a package took from another one says of itself.
function inner(name, path) {
  const lines = readFileSync(join(here, 'node_modules', path), 'utf8').split('\n');
  const said = lines.slice(0, lines.findIndex((line) => !line.startsWith('//'))).map((line) => line.slice(3));
  if (!said.some((line) => line.includes('License'))) throw new Error(`${path} does not name its licence`);
  return `==== ${name}, in ${path}\n\n${said.join('\n')}\n`;
}

const decoder = 'three/examples/jsm/libs/meshopt_decoder.module.js';
const all = [...[...packages].sort().map(notice), inner('meshoptimizer', decoder)];
const notices = all.join('\n').replaceAll('*/', '* /');
const banner = `/*
The pages of groma, whose own sources are in the folder viewer of its repository, bundled with these packages:

${notices}*/`;
mkdirSync(folder, { recursive: true });
await build({ ...options, banner: { js: banner }, outfile: join(process.cwd(), folder, 'viewer.js') });
for (const file of ['city.html', 'trajectories.html', 'viewer.css']) cpSync(join(here, 'src', file), join(folder, file));
console.log([...packages].sort().join(', '));
