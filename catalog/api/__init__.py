"""The catalogue over the API: anybody may read what is published."""
