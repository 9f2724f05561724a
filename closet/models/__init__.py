"""The closet's rows, one module a subject."""

from closet.models.accounts import DeviceToken, Follow, Profile, User
from closet.models.body import Measurement, Zone
from closet.models.exports import Export
from closet.models.garments import Garment
from closet.models.imports import ClosetImport
from closet.models.mirror import Figure, TryOn
from closet.models.notices import Notice
from closet.models.outfits import Like, Outfit, OutfitItem, Reaction, Share
from closet.models.outgoing import Outgoing
from closet.models.own_kinds import OwnKind
from closet.models.photos import Photo
from closet.models.pictures import GarmentPicture
from closet.models.wear import Plan, Wear

__all__ = [
    "ClosetImport",
    "DeviceToken",
    "Export",
    "Figure",
    "Follow",
    "Garment",
    "GarmentPicture",
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
    "TryOn",
    "User",
    "Wear",
    "Zone",
]
