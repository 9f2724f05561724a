"""The closet's rows, one module a subject."""

from closet.models.accounts import DeviceToken, Follow, Profile, User
from closet.models.body import Measurement, Zone
from closet.models.changes import ChangeLog
from closet.models.exports import Export
from closet.models.garments import Garment
from closet.models.imports import ClosetImport
from closet.models.kept_answers import KeptAnswer
from closet.models.notices import Notice
from closet.models.outfits import Like, Outfit, OutfitItem, Reaction, Share
from closet.models.outgoing import Outgoing
from closet.models.own_kinds import OwnKind
from closet.models.photos import Photo
from closet.models.pictures import GarmentPicture
from closet.models.trips import Trip, TripDay, TripPiece
from closet.models.uploads import Upload, UploadPart
from closet.models.wear import Plan, Wear
from closet.models.webhooks import Delivery, Webhook

__all__ = [
    "ChangeLog",
    "ClosetImport",
    "Delivery",
    "DeviceToken",
    "Export",
    "Follow",
    "Garment",
    "GarmentPicture",
    "KeptAnswer",
    "Like",
    "Measurement",
    "Notice",
    "Outfit",
    "OutfitItem",
    "Outgoing",
    "OwnKind",
    "Photo",
    "Plan",
    "Profile",
    "Reaction",
    "Share",
    "Trip",
    "TripDay",
    "TripPiece",
    "Upload",
    "UploadPart",
    "User",
    "Wear",
    "Webhook",
    "Zone",
]
