"""Backup and restore: `./run backup [DIR|s3://BUCKET/PREFIX]`, `./run restore SNAPSHOT`. docs/operate.md tells how.

vault.py keeps files under their content's hash, in a folder or a bucket, encrypted by choice; media.py is where the
site's own files lie; postgres.py dumps, loads and swaps databases; snapshot.py makes and forgets snapshots, restore.py
brings one back or the state of before.
"""
