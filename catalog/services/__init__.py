"""What staff and imports do to the catalogue."""
