"""manage.py import_looks FILE [--dry-run] ..."""

from catalog.management.importing import ImportCommand
from catalog.models import ImportJob


class Command(ImportCommand):
    help = "Imports looks from CSV, XLSX or JSON lines."
    content = ImportJob.Content.LOOKS
