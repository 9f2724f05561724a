"""The web process. It must stay small: no torch, onnxruntime, rembg or ultralytics (a test says so)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
