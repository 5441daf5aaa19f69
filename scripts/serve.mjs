// Serves a folder on this machine only, as a static host would: a folder means its index.html,
// the unknown means 404.html. `node scripts/serve.mjs dist [port]` prints the address and stays.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { pathToFileURL } from "node:url";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".toml": "text/plain; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/**
 * Starts a server for `folder` under the path `base` ("/" or "/some/where/").
 * Resolves to its address and a way to stop it.
 */
export function serve(folder, { base = "/", port = 0 } = {}) {
  const server = createServer(async (request, response) => {
    const path = decoded(new URL(request.url, "http://here").pathname);
    const inside = path.startsWith(base) ? normalize(path.slice(base.length)) : "..";
    const name = inside === "." || inside.endsWith("/") ? join(inside, "index.html") : inside;
    const outside = inside.startsWith("..");
    const file = outside ? null : await readFile(join(folder, name)).catch(() => null);
    const type = file ? (TYPES[extname(name)] ?? "application/octet-stream") : TYPES[".html"];
    response.writeHead(file ? 200 : 404, { "content-type": type, "cache-control": "no-cache" });
    response.end(file ?? (await readFile(join(folder, "404.html")).catch(() => "not found")));
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = `http://127.0.0.1:${server.address().port}${base}`;
      resolve({ address, stop: () => new Promise((done) => server.close(done)) });
    });
  });
}

/** A path without its percent signs; one that is no path at all is taken as it stands. */
function decoded(path) {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [folder = "dist", port] = process.argv.slice(2);
  const { address } = await serve(folder, { port: Number(port) || 0 });
  console.log(`\nKafkascope is at  ${address}\nStop it with Ctrl+C.`);
}
