// What an app's programmer does with the client that was generated from the schema: the whole journey, once.
// Arguments: the site's address, an e-mail, a password, and the photos.
import java.io.File
import java.util.UUID
import otjang.client.apis.*
import otjang.client.infrastructure.*
import otjang.client.models.*

fun <T> until(ask: () -> T, isDone: (T) -> Boolean): T {
    val deadline = System.nanoTime() + 240_000_000_000
    while (true) {
        val told = ask()
        if (isDone(told)) return told
        check(System.nanoTime() < deadline) { "still not done: $told" }
        Thread.sleep(300)
    }
}

fun main(given: Array<String>) {
    val (site, email, password) = given
    AccountsApi(site).accountsCreate(AccountInRequest(email = email, password = password))
    val token = TokensApi(site).tokensCreate(TokenInRequest(email = email, password = password, name = "phone"))
    ApiClient.apiKey["Authorization"] = token.token
    ApiClient.apiKeyPrefix["Authorization"] = "Token"

    val measurements = MeasurementsApi(site)
    for ((zone, mm) in listOf(ZoneEnum.HEIGHT to 1680, ZoneEnum.CHEST to 900, ZoneEnum.WAIST to 740)) {
        check(measurements.measurementsCreate(MeasurementInRequest(zone = zone, valueMm = mm)).valueMm == mm)
    }

    val photos = PhotosApi(site)
    for (path in given.drop(3)) {
        val sent = photos.photosCreate(File(path), idempotencyKey = UUID.randomUUID().toString())
        val seen = until({ photos.photo(sent.id) }) { it.status == PhotoStatusEnum.DONE || it.status == PhotoStatusEnum.FAILED }
        check(seen.status == PhotoStatusEnum.DONE && seen.display.startsWith(site)) { seen }
    }
    val garments = GarmentsApi(site)
    val mine = garments.garmentsList(pageSize = 100).results
    check(mine.size >= 4 && mine.all { it.pictures.large!!.startsWith(site) }) { mine }
    val first = mine.first().id
    garments.garmentsSimilarRetrieve(first).results.forEach { check(it.likeness in 0.0..1.0) }
    val shops = garments.garmentsSimilarRetrieve(first, scope = GarmentsApi.ScopeGarmentsSimilarRetrieve.CATALOGUE).results
    garments.garmentsGoesWithRetrieve(first)
    val today = OutfitsApi(site).outfitsTodayRetrieve(temperature = 18.0)
    check(today.count == today.results.size)
    check(LooksApi(site).looksBuildableRetrieve().results.isNotEmpty())

    val brands = BrandsApi(site)
    val brand = brands.brandsMatchingRetrieve().results.first()
    check(brands.brandsRetrieve(brand.slug).name.isNotEmpty())
    check(brands.brandsSizesRetrieve(brand.slug).count >= 0)
    check(ProductsApi(site).productsRetrieve(shops.first().id).images.isNotEmpty())

    val search = SearchApi(site)
    check(search.searchRetrieve(q = "blue shirt").understood.isNotEmpty())
    val query = search.searchPhotoCreate(File(given[3]))
    val found = until({ search.searchPhotoRetrieve(query.id) }) { it.status != PhotoSearchStatusEnum.WAITING }
    check(found.status == PhotoSearchStatusEnum.DONE && found.garments.isNotEmpty()) { found }

    val changed = garments.garmentsPartialUpdate(first, patchedGarmentInRequest = PatchedGarmentInRequest(name = "Monday"))
    check(changed.garment.title == "Monday")
    check(garments.garmentsDestroy(first).ids == listOf(first))
    AccountsApi(site).accountsMeDeleteCreate(AccountGoneRequest(email = email, password = password))
    try {
        garments.garmentsList()
        error("a deleted account still answers")
    } catch (refused: ClientException) {
        check(refused.statusCode == 401)
    }
    println("done")
}
