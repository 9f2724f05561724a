"""What every answer of the API shares: errors, pages, filters, tags, quotas, versions. Knows no app above and no model."""
