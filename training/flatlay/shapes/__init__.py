"""Silhouettes by place on the body. Each shape draws itself on a sheet with the bench it is given."""
