"""The upload form: any number of files in one field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from closet.problems import sentence

# Phones turn HEIC into JPEG unless it is named; browsers without HEIC in their list still offer the rest.
ACCEPT = "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif"


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Cleans to a list of UploadedFile. What is wrong with a single one is for the service to say."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files and self.required:
            raise forms.ValidationError(sentence("no_file"), code="no_file")
        return list(files)


class PhotoUploadForm(forms.Form):
    photos = ManyFilesField(
        label=_("Photos"), widget=ManyFilesInput(attrs={"accept": ACCEPT, "multiple": True, "id": "photo-files"})
    )
