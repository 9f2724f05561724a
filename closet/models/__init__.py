"""The closet's rows, one module a subject."""

from closet.models.accounts import Block, BodyBand, DeviceToken, Follow, Profile, User
from closet.models.body import Measurement, Zone
from closet.models.exports import Export
from closet.models.garments import Garment
from closet.models.households import Household, HouseholdGarment, HouseholdInvite, HouseholdMember, Loan
from closet.models.imports import ClosetImport
from closet.models.notices import Notice
from closet.models.outfits import Like, Outfit, OutfitItem, Reaction, Share
from closet.models.outgoing import Outgoing
from closet.models.own_kinds import OwnKind
from closet.models.photos import Photo
from closet.models.pictures import GarmentPicture
from closet.models.posts import Decision, Ground, Post, PostMark, Report
from closet.models.wear import Plan, Wear

__all__ = [
    "Block",
    "BodyBand",
    "ClosetImport",
    "Decision",
    "DeviceToken",
    "Export",
    "Follow",
    "Garment",
    "GarmentPicture",
    "Ground",
    "Household",
    "HouseholdGarment",
    "HouseholdInvite",
    "HouseholdMember",
    "Like",
    "Loan",
    "Measurement",
    "Notice",
    "Outfit",
    "OutfitItem",
    "Outgoing",
    "OwnKind",
    "Photo",
    "Plan",
    "Post",
    "PostMark",
    "Profile",
    "Reaction",
    "Report",
    "Share",
    "User",
    "Wear",
    "Zone",
]
