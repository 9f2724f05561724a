{% load l10n %}{% localize off %}// Pages, pictures and files that were seen once can be read without a network. What is worn, planned, marked or uploaded
// without one waits in this browser, and is sent in its order once there is one again.
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
const KEPT = [/^\/closet\/$/, /^\/closet\/\d+\/$/, /^\/today\/$/, /^\/outfits\/$/, /^\/outfits\/\d+\/$/, /^\/worn\/$/, /^\/numbers\/$/,
  /^\/photos\/$/, /^\/saved\/$/, /^\/trips\/(\d+\/)?$/];
const ICON = "{{ icon|escapejs }}";
const PATIENCE_MS = 6000;
const WAITS = [/^\/closet\/\d+\/(favourite|worn)\/$/, /^\/outfits\/\d+\/(worn|plan)\/$/, /^\/today\/(worn|keep|react)\/$/,
  /^\/likes\/\w+\/\d+\/\w+\/$/, /^\/people\/looks\/[\w-]+\/(like|save)\/$/, /^\/@[\w.-]+\/follow\/$/,
  /^\/plans\/(add|\d+\/(move|worn))\/$/];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("files-") && name !== FILES) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("message", (event) => {
  const { type, ...told } = event.data ?? {};
  if (type === "forget") event.waitUntil(forget(told));
  if (type === "keep") event.waitUntil(keep(told));
  if (type === "seen") event.waitUntil(page(new Request(told.url), new URL(told.url), () => {}));
  if (type === "here") event.waitUntil(stored("about", "put", { id: "member", value: told.member }).then(() => flushed(told)));
});

/** Somebody signed out, or somebody else signed in: what was theirs goes from this device. What waits outlives a session
 * that ran out; it goes when its member signs out by hand or another one signs in. */
async function forget({ member, byHand }) {
  await Promise.all([PAGES, PICTURES, SHARED].map((name) => caches.delete(name)));
  if (!member && !byHand) return;
  await stored("writes", "clear");
  await (await self.registration.pushManager?.getSubscription())?.unsubscribe();
}
self.addEventListener("sync", (event) => { if (event.tag === "waiting") event.waitUntil(flushed({})); });

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && url.pathname === "/share-target/") { event.respondWith(shared(request)); return; }
  if (request.method === "POST" && WAITS.some((path) => path.test(url.pathname))) event.respondWith(sentOrKept(request, url));
  if (request.method !== "GET") return;
  if (url.pathname.startsWith(STATIC)) event.respondWith(kept(FILES, request));
  else if (/^\/media\/(garment|photo)\//.test(url.pathname) && !url.searchParams.has("download")) event.respondWith(kept(PICTURES, request));
  else if (request.mode === "navigate") event.respondWith(page(request, url, (done) => event.waitUntil(done), event.resultingClientId));
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

/** From the network; without one, as it was last seen, which the page is told: a browser with a network that leads nowhere
 * calls itself online. */
async function page(request, url, meanwhile, client) {
  const isKept = KEPT.some((path) => path.test(url.pathname));
  const cache = isKept ? await caches.open(PAGES) : null;
  try {
    const answer = await fetch(request, isKept ? { signal: AbortSignal.timeout(PATIENCE_MS) } : {});
    // A redirect is another page's answer (the sign-in page's, say), and is not kept under this address.
    if (cache && answer.ok && !answer.redirected) { await cache.put(url.href, answer.clone()); await bound(cache, MOST[PAGES]); }
    return answer;
  } catch (error) {
    const known = cache && ((await cache.match(url.href)) ?? (await cache.match(url.href, { ignoreSearch: true })));
    if (known) {
      if (client) meanwhile(self.clients.get(client).then((one) => one?.postMessage({ type: "last-seen" })));
      return known;
    }
    const slow = error.name === "TimeoutError"; // and nothing to show meanwhile
    const late = slow ? await fetch(request).catch(() => null) : null;
    return late ?? (await caches.match(OFFLINE)) ?? Response.error();
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

// --- What waits for a network ---------------------------------------------------------------------------------------

/** `method` of the store `name`: "writes", what waits, oldest first; "about", whose browser this is. */
function stored(name, method, ...values) {
  return new Promise((resolve, reject) => {
    const open = indexedDB.open("waiting", 1);
    open.onupgradeneeded = () => {
      open.result.createObjectStore("writes", { keyPath: "id", autoIncrement: true });
      open.result.createObjectStore("about", { keyPath: "id" });
    };
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const transaction = open.result.transaction(name, "readwrite");
      const asked = transaction.objectStore(name)[method](...values);
      transaction.oncomplete = () => { open.result.close(); resolve(asked.result); };
      transaction.onabort = () => { open.result.close(); reject(transaction.error); };
    };
  });
}

async function sentOrKept(request, url) {
  const copy = request.clone();
  try {
    return await fetch(request);
  } catch (error) {
    const form = await copy.formData();
    const token = request.headers.get("X-CSRFToken") ?? form.get("csrfmiddlewaretoken");
    form.delete("csrfmiddlewaretoken");
    await keep({ path: url.pathname, entries: [...form], token });
    // A form without script goes back to the page it came from, which says what waits.
    return request.mode === "navigate" ? Response.redirect(request.referrer || "/", 303) : new Response(null, { status: 204 });
  }
}

async function keep({ path, entries, token }) {
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  const member = (await stored("about", "get", "member"))?.value ?? "";
  await stored("writes", "add", { path, entries, token, member, day });
  await tell({ type: "waits", count: await stored("writes", "count") });
  await self.registration.sync?.register("waiting").catch(() => {});
}

self.addEventListener("push", (event) => {
  const { title, body, url, tag } = event.data?.json() ?? {};
  if (title) event.waitUntil(self.registration.showNotification(title, { body, tag, data: { url }, icon: ICON }));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil((async () => {
    const [page] = await self.clients.matchAll({ type: "window" });
    const { url } = event.notification.data;
    if (!page) return self.clients.openWindow(url);
    await page.focus();
    return page.navigate(url);
  })());
});

let sending;
function flushed({ token }) {
  sending ??= flush(token).finally(() => { sending = undefined; });
  return sending;
}

/** One after the other, in the order they were made, for the member who made them. What cannot be done any more is told. */
async function flush(token) {
  const member = (await stored("about", "get", "member"))?.value ?? "";
  let sent = 0;
  const refused = [];
  for (const one of await stored("writes", "getAll")) {
    if (!member || one.member !== member) continue;
    const body = new FormData();
    for (const [name, value] of one.entries) body.append(name, value);
    const headers = { "X-CSRFToken": token ?? one.token ?? "", "HX-Request": "true", Accept: "application/json", "X-Queued-Day": one.day };
    let answer;
    try { answer = await fetch(one.path, { method: "POST", body, headers }); } catch { break; }
    if ([401, 403, 429].includes(answer.status) || answer.status >= 500) break; // it waits on
    const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json().catch(() => null) : null;
    if (answer.ok && said?.outcome !== "refused") sent += 1;
    else refused.push({ status: answer.status, text: said?.message ?? "" });
    await stored("writes", "delete", one.id);
  }
  const count = await stored("writes", "count");
  if (sent || refused.length) await tell({ type: "sent", sent, refused, count });
}

async function tell(message) {
  for (const page of await self.clients.matchAll({ type: "window" })) page.postMessage(message);
}
{% endlocalize %}
