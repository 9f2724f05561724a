"""The closet's rows, one module a subject."""

from closet.models.accounts import Block, BodyBand, DeviceToken, Follow, PageWords, Profile, User
from closet.models.body import Measurement, Zone
from closet.models.changes import ChangeLog
from closet.models.doubles import Distinct
from closet.models.exports import Export
from closet.models.garments import Garment
from closet.models.households import Household, HouseholdGarment, HouseholdInvite, HouseholdMember, Loan
from closet.models.imports import ClosetImport
from closet.models.kept_answers import KeptAnswer
from closet.models.mirror import Figure, TryOn
from closet.models.notices import Notice
from closet.models.outfits import Like, Outfit, OutfitItem, Reaction, Share
from closet.models.outgoing import Outgoing
from closet.models.own_kinds import OwnKind
from closet.models.photos import Photo
from closet.models.pictures import GarmentPicture
from closet.models.posts import Decision, Ground, Post, PostMark, Report
from closet.models.push import PushSubscription
from closet.models.trips import Trip, TripDay, TripPiece
from closet.models.uploads import Upload, UploadPart
from closet.models.wear import Plan, Wear
from closet.models.webhooks import Delivery, Webhook

__all__ = [
    "Block",
    "BodyBand",
    "ChangeLog",
    "ClosetImport",
    "Decision",
    "Delivery",
    "DeviceToken",
    "Distinct",
    "Export",
    "Figure",
    "Follow",
    "Garment",
    "GarmentPicture",
    "Ground",
    "Household",
    "HouseholdGarment",
    "HouseholdInvite",
    "HouseholdMember",
    "KeptAnswer",
    "Like",
    "Loan",
    "Measurement",
    "Notice",
    "Outfit",
    "OutfitItem",
    "Outgoing",
    "OwnKind",
    "PageWords",
    "Photo",
    "Plan",
    "Post",
    "PostMark",
    "Profile",
    "PushSubscription",
    "Reaction",
    "Report",
    "Share",
    "Trip",
    "TripDay",
    "TripPiece",
    "TryOn",
    "Upload",
    "UploadPart",
    "User",
    "Wear",
    "Webhook",
    "Zone",
]
