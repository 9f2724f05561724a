"""What the networks remember: one table of vectors a kind of thing, keyed by (thing, model).

Vectors are 256-d and of unit length, so the inner product orders as the cosine does. `model_key` names the
classifier that made them; rows of different models are never compared. Filter columns are copied here where an
index must see them beside the vector.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField, HnswIndex, SparseVectorField

from catalog.models import Brand, Look, LookItem, Product
from closet.models import Garment

DIM = 256
TERM_SPACE = 2**24  # hashing space of the keyword terms
PALETTE_DIM = 48  # anchor colours of a palette's histogram


class GarmentEmbedding(models.Model):
    # No vector index: a closet is hundreds of rows and is scanned exactly; an index would drop filtered hits.
    garment = models.ForeignKey(Garment, models.CASCADE, related_name="embeddings")
    model_key = models.CharField(max_length=60)
    vector = HalfVectorField(dimensions=DIM)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["garment", "model_key"], name="garment_embedding_once")]


class ProductEmbedding(models.Model):
    product = models.ForeignKey(Product, models.CASCADE, related_name="embeddings")
    model_key = models.CharField(max_length=60)
    vector = HalfVectorField(dimensions=DIM)
    # Copies of the product's columns, for predicates beside the vector.
    brand_id = models.BigIntegerField()
    kind_id = models.BigIntegerField()
    slot = models.CharField(max_length=12)
    gender = models.CharField(max_length=10)
    season_bits = models.PositiveSmallIntegerField(default=15)  # spring 1, summer 2, autumn 4, winter 8
    is_listed = models.BooleanField(default=True)  # published, and its brand too
    cell = models.IntegerField(default=0)  # pk of the ProductCell it lies in; 0 while there are none
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "model_key"], name="product_embedding_once")]
        indexes = [
            # Carries all that a search reads, so that a cell is read page after page and never looked up row by row.
            models.Index(
                fields=["cell", "kind_id", "gender", "season_bits"],
                include=["model_key", "product", "vector"],
                condition=models.Q(is_listed=True),
                name="product_embedding_cells",
            ),
            models.Index(fields=["brand_id"], name="product_embedding_brand"),
        ]


class ProductCell(models.Model):
    """A region of the space of products: those nearest to this centre. similarity.py says what for."""

    model_key = models.CharField(max_length=60)
    centre = HalfVectorField(dimensions=DIM)  # unit length


class LookEmbedding(models.Model):
    look = models.ForeignKey(Look, models.CASCADE, related_name="embeddings")
    model_key = models.CharField(max_length=60)
    vector = HalfVectorField(dimensions=DIM)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["look", "model_key"], name="look_embedding_once")]
        indexes = [
            HnswIndex(
                name="look_embedding_hnsw", fields=["vector"], m=16, ef_construction=64, opclasses=["halfvec_ip_ops"]
            )
        ]


class LookItemEmbedding(models.Model):
    item = models.ForeignKey(LookItem, models.CASCADE, related_name="embeddings")
    model_key = models.CharField(max_length=60)
    vector = HalfVectorField(dimensions=DIM)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "model_key"], name="look_item_embedding_once")]


class BrandProfile(models.Model):
    """A brand in short: 3-5 medoid products, its styles and prices. Rebuilt when its products change."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="profiles")
    model_key = models.CharField(max_length=60)
    medoid_products = ArrayField(models.BigIntegerField(), default=list)
    medoid_shares = ArrayField(models.FloatField(), default=list)  # how much of the brand each stands for
    # The mean vector of what each medoid stands for, float32 little-endian, (k, DIM): what likeness is reckoned with.
    centres = models.BinaryField(default=bytes)
    styles = models.JSONField(default=dict)
    genders = models.JSONField(default=dict)
    products = models.PositiveIntegerField(default=0)
    since_rebuild = models.PositiveIntegerField(default=0)  # of them, how many came after the medoids were chosen
    price_low = models.FloatField(null=True)  # quartiles, in the products' currency
    price_high = models.FloatField(null=True)
    # Running sums of the fair-exposure rule (stylist/exposure.py).
    merit = models.FloatField(default=0)
    seen = models.FloatField(default=0)
    is_stale = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "model_key"], name="brand_profile_once")]


class TermCount(models.Model):
    """In how many documents of a scope a keyword term or a facet occurs. Term 0 counts the documents themselves."""

    class Scope(models.TextChoices):
        LOOKS = "looks"
        PRODUCTS = "products"

    scope = models.CharField(max_length=8, choices=Scope.choices)
    term = models.IntegerField()
    documents = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "term"], name="term_count_once")]


class TagVector(models.Model):
    """A look's or product's words and character n-grams, as term frequencies (see keywords.py).

    words, grams: the hashed terms, for finding candidates; vector: 1 + log10 tf of each, for ranking them. facets: of
    a product also what columns say (kind, brand, gender, seasons, colours), hashed alike, so that one index finds what
    has a word and passes a filter. is_sampled: of a fourth of the products, which have an index of their own: what
    hundreds say is found among them four times as fast.
    """

    look = models.OneToOneField(Look, models.CASCADE, null=True, blank=True, related_name="tag_vector")
    product = models.OneToOneField(Product, models.CASCADE, null=True, blank=True, related_name="tag_vector")
    words = ArrayField(models.IntegerField(), default=list)
    grams = ArrayField(models.IntegerField(), default=list)
    facets = ArrayField(models.IntegerField(), default=list)
    vector = SparseVectorField(dimensions=TERM_SPACE)
    is_sampled = models.BooleanField(default=False, db_default=False)  # while workers of the release before write, too

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(look__isnull=False, product=None) | models.Q(look=None, product__isnull=False),
                name="tag_vector_of_one_thing",
            )
        ]
        indexes = [
            GinIndex(fields=["words", "facets"], name="tag_vector_words_facets"),
            GinIndex(fields=["words", "facets"], condition=models.Q(is_sampled=True), name="tag_vector_sample"),
            GinIndex(fields=["grams"], name="tag_vector_grams"),
        ]


class PaletteVector(models.Model):
    """A look's or product's colours as a soft histogram over anchor colours (see palettes.py), unit length."""

    look = models.OneToOneField(Look, models.CASCADE, null=True, blank=True, related_name="palette_vector")
    product = models.OneToOneField(Product, models.CASCADE, null=True, blank=True, related_name="palette_vector")
    vector = HalfVectorField(dimensions=PALETTE_DIM)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(look__isnull=False, product=None) | models.Q(look=None, product__isnull=False),
                name="palette_vector_of_one_thing",
            )
        ]


class SavedSearch(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("name"), max_length=80)
    query = models.JSONField(default=dict)  # the search page's GET parameters
    vector = HalfVectorField(dimensions=DIM, null=True, blank=True)  # of a photo searched with; the photo is not kept
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]

    def get_absolute_url(self) -> str:
        return reverse("recommender:search", query={**self.query, "saved": self.pk})


class SizeFeedback(models.Model):
    """What a member said of a size they wore; the brand's offset is learned from it."""

    class Verdict(models.TextChoices):
        SMALL = "small", _("too small")
        FITS = "fits", _("fits")
        LARGE = "large", _("too large")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="size_feedback")
    product = models.ForeignKey(Product, models.CASCADE, related_name="size_feedback")
    size_label = models.CharField(max_length=30)
    verdict = models.CharField(max_length=5, choices=Verdict.choices)
    steps = models.SmallIntegerField(default=0)  # sizes above (below) the one that the chart alone advised then
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "product", "size_label"], name="size_feedback_once")]


class WorkerState(models.Model):
    """The last heartbeat that went through broker and worker; what /healthz and the admin look at."""

    name = models.CharField(max_length=20, unique=True, default="heartbeat")
    beat_at = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict, blank=True)  # queue lengths, resident memory, model keys

    class Meta:
        verbose_name = verbose_name_plural = _("queue health")


class IndexHealth(WorkerState):
    """The row "maintenance": what each step of the night last did. facts: {step: {"at", "seconds", "did", "error"}}."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("search index")
