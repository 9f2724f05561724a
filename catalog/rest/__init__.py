"""What every answer of the API shares: errors, pages, filters, tags, quotas, versions. Knows no app and no model."""
