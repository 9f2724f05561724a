// Photos that another app shared: the service worker keeps them until a page takes them.

/** The files, without taking them. */
export async function sharedFiles() {
  if (!("caches" in window)) return [];
  const kept = await caches.open("shared");
  const files = [];
  for (const request of await kept.keys()) {
    const answer = await kept.match(request);
    const name = decodeURIComponent(answer.headers.get("X-Name") || "photo.jpg");
    files.push(new File([await answer.blob()], name, { type: answer.headers.get("Content-Type") }));
  }
  return files;
}

/** The files; afterwards they lie in this browser no longer. */
export async function takeShared() {
  const files = await sharedFiles();
  if ("caches" in window) await caches.delete("shared");
  return files;
}
