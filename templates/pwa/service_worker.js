{% load l10n %}{% localize off %}// Pages, pictures and files that were seen once can be read without a network. What is changed needs one.
const VERSION = "{{ version|escapejs }}";
const OFFLINE = "{{ offline|escapejs }}";
const STATIC = "{{ static_url|escapejs }}";
const SHELL = [{% for file in shell %}"{{ file|escapejs }}", {% endfor %}OFFLINE];
const FILES = `files-${VERSION}`;
const PAGES = "pages";
const PICTURES = "pictures";
const SHARED = "shared";
const MOST = { [PAGES]: 120, [PICTURES]: 600 };
// A member's own pages that are read, not filled in. Nothing of accounts, devices or the shop desk is ever kept.
const KEPT = [/^\/closet\/$/, /^\/closet\/\d+\/$/, /^\/today\/$/, /^\/outfits\/$/, /^\/outfits\/\d+\/$/, /^\/worn\/$/, /^\/numbers\/$/];
const PATIENCE_MS = 6000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("files-") && name !== FILES) await caches.delete(name);
    await self.clients.claim();
  })());
});

// Somebody signed out, or somebody else signed in: what was theirs goes from this device.
self.addEventListener("message", (event) => {
  if (event.data?.type === "forget") event.waitUntil(Promise.all([PAGES, PICTURES, SHARED].map((name) => caches.delete(name))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && url.pathname === "/share-target/") { event.respondWith(shared(request)); return; }
  if (request.method !== "GET") return;
  if (url.pathname.startsWith(STATIC)) event.respondWith(kept(FILES, request));
  else if (/^\/media\/(garment|photo)\//.test(url.pathname) && !url.searchParams.has("download")) event.respondWith(kept(PICTURES, request));
  else if (request.mode === "navigate") event.respondWith(page(request, url));
});

/** From the cache, else from the network and into the cache: names of files and pictures change with what is in them. */
async function kept(name, request) {
  const cache = await caches.open(name);
  const known = await cache.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok && answer.status === 200) { await cache.put(request, answer.clone()); await bound(cache, MOST[name]); }
  return answer;
}

/** From the network; without one, as it was last seen. */
async function page(request, url) {
  const isKept = KEPT.some((path) => path.test(url.pathname));
  const cache = isKept ? await caches.open(PAGES) : null;
  try {
    const answer = await fetch(request, isKept ? { signal: AbortSignal.timeout(PATIENCE_MS) } : {});
    // A redirect is another page's answer (the sign-in page's, say), and is not kept under this address.
    if (cache && answer.ok && !answer.redirected) { await cache.put(url.href, answer.clone()); await bound(cache, MOST[PAGES]); }
    return answer;
  } catch (error) {
    const known = cache && ((await cache.match(url.href)) ?? (await cache.match(url.href, { ignoreSearch: true })));
    if (known) return known;
    if (navigator.onLine && cache) return fetch(request); // only slow, and nothing to show meanwhile
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}

/** The oldest go first. */
async function bound(cache, most) {
  if (!most) return;
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((key) => cache.delete(key)));
}

/** Photos shared from a gallery wait here until their owner says what they are for, and that page takes them. */
async function shared(request) {
  const files = (await request.formData()).getAll("photos").filter((file) => file instanceof File);
  const cache = await caches.open(SHARED);
  await Promise.all(files.map((file, number) => cache.put(`/shared/${Date.now()}-${number}`,
    new Response(file, { headers: { "Content-Type": file.type, "X-Name": encodeURIComponent(file.name) } }))));
  return Response.redirect("/share-target/?shared=1", 303);
}
{% endlocalize %}
