"""The shop's desk: kinds, brands, products, looks, sizes and imports, one module a subject."""

from catalog.admin import brands, feeds, imports, kinds, looks, moderation, products, sizes

__all__ = ["brands", "feeds", "imports", "kinds", "looks", "moderation", "products", "sizes"]
