// A static web server for ../../dist, as simple as the one that Ringside is published on: it serves
// only files. The site is served twice, at / and below /a/sub/path/, because a page does not know the
// path that it is published at. `sirv` or `serve-handler` would still need the code for the two paths
// and the free port.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The second path of the site. */
export const SUB_PATH = '/a/sub/path/';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/** Returns a port that no program listens on now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The file of a URL, or null if there is none. */
function fileFor(url) {
  let path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  if (path.startsWith(SUB_PATH)) path = path.slice(SUB_PATH.length - 1);
  if (path.endsWith('/')) path += 'index.html';
  const file = join(DIST, normalize(path));
  const isInside = file.startsWith(DIST);
  return isInside && existsSync(file) && statSync(file).isFile() ? file : null;
}

/** Answers a request with a file, or with 404. */
function answer(request, response) {
  const file = fileFor(request.url);
  if (!file) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such file.\n');
    return;
  }
  const type = TYPES[extname(file)] ?? 'application/octet-stream';
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' });
  createReadStream(file).pipe(response);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.argv[2]);
  createServer(answer).listen(port, '127.0.0.1');
}
