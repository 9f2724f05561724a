// The whole journey, with nothing but what openapi-typescript makes of the schema. Any answer that is no success ends it.
import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

const [site, password, ...photos] = process.argv.slice(2) as [string, string, ...string[]];
const email = "generated@typescript.example";

function must<T>(told: { data?: T; error?: { message: string }; response: Response }): T {
  if (told.error !== undefined || !told.response.ok) {
    throw new Error(`${told.response.status} ${told.response.url}: ${told.error?.message}`);
  }
  return told.data as T;
}
function check(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(`not so: ${what}`);
}
const pause = () => new Promise((resolve) => setTimeout(resolve, 300));
function form(file: string): FormData {
  const body = new FormData();
  body.append("file", new Blob([readFileSync(file)], { type: "image/jpeg" }), "photo.jpg");
  return body;
}

const stranger = createClient<paths>({ baseUrl: site });
must(await stranger.POST("/api/v1/accounts/", { body: { email, password } }));
const { token } = must(await stranger.POST("/api/v1/tokens/", { body: { email, password, name: "web", code: "" } }));
const me = createClient<paths>({ baseUrl: site, headers: { Authorization: `Token ${token}` } });

for (const [zone, value_mm] of [["height", 1680], ["chest", 900], ["waist", 740]] as const) {
  const made = must(
    await me.POST("/api/v1/measurements/", { body: { zone, value_mm, confirm: false, source: "measured" } }),
  );
  check(made.value_mm === value_mm, "a measure is kept");
}
for (const file of photos) {
  const sent = must(
    await me.POST("/api/v1/photos/", {
      body: { file: "", keep_both: false },
      bodySerializer: () => form(file),
    }),
  );
  let photo = must(await me.GET("/api/v1/photos/{photo_id}/", { params: { path: { photo_id: sent.id } } }));
  for (let tries = 0; photo.status === "queued" || photo.status === "running"; tries++) {
    check(tries < 800, "a photo is looked at");
    await pause();
    photo = must(await me.GET("/api/v1/photos/{photo_id}/", { params: { path: { photo_id: sent.id } } }));
  }
  check(photo.status === "done" && photo.display.startsWith(site), "a photo is done");
}
const garments = must(await me.GET("/api/v1/garments/", { params: { query: { page_size: 100 } } })).results;
const first = garments[0];
check(garments.length >= 4 && first, "garments hang there");
check(first.pictures.large?.startsWith(site) && first.colours[0]?.hex.startsWith("#"), "with pictures and colours");

const id = { path: { id: first.id } };
for (const one of must(await me.GET("/api/v1/garments/{id}/similar/", { params: id })).results) {
  check(one.likeness >= 0 && one.likeness <= 1, "likeness is 0 to 1");
}
const [offer] = must(
  await me.GET("/api/v1/garments/{id}/similar/", { params: { ...id, query: { scope: "catalogue" } } }),
).results;
check(offer?.price, "shops have something like it");
must(await me.GET("/api/v1/garments/{id}/goes-with/", { params: id })).slots;
const today = must(await me.GET("/api/v1/outfits/today/", { params: { query: { temperature: 18 } } }));
check(today.count === today.results.length, "today is a list like any");
check(must(await me.GET("/api/v1/looks/buildable/")).results.length, "looks to build");
const [brand] = must(await me.GET("/api/v1/brands/matching/")).results;
check(brand, "a brand like me");
const slug = { path: { slug: brand.slug } };
check(must(await stranger.GET("/api/v1/brands/{slug}/", { params: slug })).name, "a brand");
must(await me.GET("/api/v1/brands/{slug}/sizes/", { params: slug })).count;
const product = { path: { id: offer.id } };
check(must(await stranger.GET("/api/v1/products/{id}/", { params: product })).images.length, "a product");
must(await me.GET("/api/v1/products/{id}/fit/", { params: product })).codes;

const found = must(await stranger.GET("/api/v1/search/", { params: { query: { q: "파란 셔츠" } } }));
check(found.understood.length, "words are understood");
const query = must(
  await me.POST("/api/v1/search/photo/", {
    body: { file: "" },
    bodySerializer: () => form(photos[0] as string),
  }),
);
const asked = { path: { query_id: query.id } };
let seen = must(await me.GET("/api/v1/search/photo/{query_id}/", { params: asked }));
for (let tries = 0; seen.status === "waiting"; tries++) {
  check(tries < 800, "a query is looked at");
  await pause();
  seen = must(await me.GET("/api/v1/search/photo/{query_id}/", { params: asked }));
}
check(seen.status === "done" && seen.catalogue?.length, "something like the photo");

const changed = must(await me.PATCH("/api/v1/garments/{id}/", { params: id, body: { name: "Monday" } }));
check(changed.garment.title === "Monday", "a garment is edited");
must(await me.DELETE("/api/v1/garments/{id}/", { params: id }));
must(await me.POST("/api/v1/accounts/me/delete/", { body: { email, password } }));
const gone = await me.GET("/api/v1/garments/");
check(gone.response.status === 401 && gone.error?.code, "and is gone");
