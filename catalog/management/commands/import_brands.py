"""manage.py import_brands FILE [--dry-run] ..."""

from catalog.management.importing import ImportCommand
from catalog.models import ImportJob


class Command(ImportCommand):
    help = "Imports brands from CSV, XLSX or JSON lines."
    content = ImportJob.Content.BRANDS
