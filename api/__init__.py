"""What every answer of the API shares: errors, pages, filters, tags, quotas, versions."""
