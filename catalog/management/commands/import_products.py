"""manage.py import_products FILE [--photos PATH] [--dry-run] ..."""

from catalog.management.importing import ImportCommand
from catalog.models import ImportJob


class Command(ImportCommand):
    help = "Imports products from CSV, XLSX, JSON lines or Google Merchant XML, with photos beside them."
    content = ImportJob.Content.PRODUCTS
