"""Tasks take ids and are two lines; what they do is in the module they call, imported when a worker first needs it."""

from celery import shared_task


@shared_task(name="recommender.tasks.analyse_photo")
def analyse_photo(photo_id: str) -> None:
    from recommender.jobs import photos

    photos.run(photo_id)


@shared_task(name="recommender.tasks.restage_garment")
def restage_garment(garment_id: int, stage: str) -> None:
    from recommender.jobs import photos

    photos.restage(garment_id, stage)


@shared_task(name="recommender.tasks.embed_garment")
def embed_garment(garment_id: int) -> None:
    from recommender.jobs import photos

    photos.embed_garment(garment_id)


@shared_task(name="recommender.tasks.embed_garments", soft_time_limit=600, time_limit=660)
def embed_garments(garment_ids: list[int]) -> None:
    from recommender.jobs import photos

    photos.embed_garments(garment_ids)


@shared_task(name="recommender.tasks.explain_garment")
def explain_garment(garment_id: int) -> None:
    from recommender.jobs import explanations

    explanations.explain_garment(garment_id)


@shared_task(name="recommender.tasks.explain_photo")
def explain_photo(photo_id: str) -> None:
    from recommender.jobs import explanations

    explanations.explain_photo(photo_id)


@shared_task(name="recommender.tasks.explain_look")
def explain_look(look_id: int) -> None:
    from recommender.jobs import explanations

    explanations.explain_look(look_id)


@shared_task(name="recommender.tasks.draw_tryon")
def draw_tryon(tryon_id: str) -> None:
    from recommender.jobs import tryon

    tryon.run(tryon_id)


@shared_task(name="recommender.tasks.look_at_query")
def look_at_query(query_id: str) -> None:
    from recommender.jobs import photo_query

    photo_query.look_at(query_id)


@shared_task(name="recommender.tasks.embed_products", soft_time_limit=600, time_limit=660)
def embed_products(product_ids: list[int]) -> None:
    from recommender.jobs import catalogue

    catalogue.embed_products(product_ids)


@shared_task(name="recommender.tasks.embed_looks", soft_time_limit=600, time_limit=660)
def embed_looks(look_ids: list[int]) -> None:
    from recommender.jobs import catalogue

    catalogue.embed_looks(look_ids)


@shared_task(name="recommender.tasks.rebuild_brands", soft_time_limit=600, time_limit=660)
def rebuild_brands(brand_ids: list[int]) -> None:
    from recommender.jobs import brand_profiles

    brand_profiles.profiles_rebuild(brand_ids=brand_ids)


@shared_task(name="recommender.tasks.run_import", soft_time_limit=7000, time_limit=7200)
def run_import(job_id: int) -> None:
    from catalog.importers import runner

    runner.run(job_id)


@shared_task(name="recommender.tasks.fetch_feed", soft_time_limit=300, time_limit=330)
def fetch_feed(feed_id: int, is_dry_run: bool) -> None:
    from catalog.services import feeds

    feeds.feed_fetch(feed_id=feed_id, is_dry_run=is_dry_run)


@shared_task(name="recommender.tasks.make_export", soft_time_limit=1700, time_limit=1800)
def make_export(export_id: int) -> None:
    from closet.services import export

    export.export_make(export_id=export_id)


@shared_task(name="recommender.tasks.run_closet_import", soft_time_limit=1700, time_limit=1800)
def run_closet_import(import_id: int) -> None:
    from closet.services import imports

    imports.import_run(import_id=import_id)


@shared_task(name="recommender.tasks.deliver_webhook")
def deliver_webhook(delivery_id: int) -> None:
    from recommender.jobs import webhooks

    webhooks.deliver(delivery_id)


@shared_task(name="recommender.tasks.propose_boxes")
def propose_boxes(look_id: int) -> None:
    from recommender.jobs import look_boxes

    look_boxes.propose(look_id)


@shared_task(name="recommender.tasks.tell_notices", soft_time_limit=800, time_limit=860)
def tell_notices() -> None:
    from recommender.jobs import notices

    notices.run()


@shared_task(name="recommender.tasks.resend")
def resend() -> None:
    from recommender.jobs import sweeper

    sweeper.resend()


@shared_task(name="recommender.tasks.sweep")
def sweep() -> None:
    from recommender.jobs import sweeper

    sweeper.sweep()


@shared_task(name="recommender.tasks.heartbeat")
def heartbeat() -> None:
    from recommender.jobs import sweeper

    sweeper.beat()


@shared_task(name="recommender.tasks.nightly", soft_time_limit=1700, time_limit=1800)
def nightly() -> None:
    from recommender.jobs import sweeper

    sweeper.nightly()


@shared_task(name="recommender.tasks.make_backup", soft_time_limit=7000, time_limit=7200)
def make_backup(asked_by: str) -> None:
    from recommender.jobs import backups

    backups.run(asked_by)
