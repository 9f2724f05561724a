"""manage.py import_sizes FILE [--dry-run] ..."""

from catalog.management.importing import ImportCommand
from catalog.models import ImportJob


class Command(ImportCommand):
    help = "Imports size charts from CSV, XLSX or JSON lines."
    content = ImportJob.Content.SIZES
