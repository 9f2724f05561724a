"""A household: made, joined by invitation, left; what its members let each other see and lend each other."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from closet.models import (
    Block,
    Garment,
    Household,
    HouseholdGarment,
    HouseholdInvite,
    HouseholdMember,
    Loan,
    Outfit,
    OutfitItem,
    Outgoing,
    User,
)
from closet.services.outgoing import outgoing_note

log = logging.getLogger(__name__)
MAX_MEMBERS: Final = 12
MAX_INVITES: Final = 10  # that are open
MAX_LETTERS: Final = 20  # of a member's in a day


def household_of(user: User) -> Household | None:
    return Household.objects.filter(members__user=user).first()


def members_of(household: Household) -> QuerySet[HouseholdMember]:
    return household.members.select_related("user__profile")


def household_make(*, founder: User, name: str) -> Household:
    """Raises ValidationError for somebody who lives in one already, and without a name."""
    name = " ".join(name.split())[:80]
    if not name:
        raise ValidationError({"name": _("Give it a name.")})
    with transaction.atomic():
        household = Household.objects.create(name=name)
        _move_in(household, founder)
    return household


def _move_in(household: Household, user: User) -> None:
    try:
        with transaction.atomic():
            HouseholdMember.objects.create(household=household, user=user)
    except IntegrityError:
        raise ValidationError(_("You live in a household already; leave it first.")) from None


def household_leave(*, user: User) -> bool:
    """What is lent comes back, both ways; what was shared is one's own again; without anybody the household ends.

    Returns whether there was one.
    """
    with transaction.atomic():
        part = HouseholdMember.objects.select_for_update().filter(user=user).first()
        if part is None:
            return False
        household = Household.objects.select_for_update().get(pk=part.household_id)
        loans_end(loans=Loan.objects.filter(Q(borrower=user) | Q(garment__owner=user), returned_at=None))
        HouseholdGarment.objects.filter(garment__owner=user).delete()
        HouseholdInvite.objects.filter(household=household, by=user).delete()
        part.delete()
        if not household.members.exists():
            household.delete()
    return True


def member_remove(*, founder: User, user: User) -> None:
    """Who has been there longest shows somebody the door. Raises ValidationError for anybody else."""
    household = household_of(founder)
    if household is None or founder.pk == user.pk or household_of(user) != household:
        raise ValidationError(_("They do not live here."))
    first = household.members.order_by("joined_at", "pk").first()
    if first is None or first.user_id != founder.pk:
        raise ValidationError(_("Only who has been here longest can do that."))
    household_leave(user=user)


def household_part(*, one: User, other: User) -> bool:
    """Ends a household of both for the first of them. Whether there was one."""
    household = household_of(one)
    return household is not None and household_of(other) == household and household_leave(user=one)


# --- Coming in -------------------------------------------------------------------------------------------------


def invite_make(*, by: User, email: str = "") -> HouseholdInvite:
    """A link in, good once until its day; with an address it is sent there, and good for that address alone.

    Whether the address has an account is told to nobody. Raises ValidationError.
    """
    household = household_of(by)
    if household is None:
        raise ValidationError(_("Make a household first."))
    email = email.strip().lower()
    if email:
        validate_email(email)
    if household.invites.open().count() >= MAX_INVITES:
        raise ValidationError(_("Many invitations are open already; take one back first."))
    if email and not _may_write(by):
        raise ValidationError(_("You sent many invitations today; pass a link on instead."))
    invite = HouseholdInvite.objects.create(household=household, by=by, email=email)
    if email:
        invite_send(invite)
    return invite


def _may_write(user: User) -> bool:
    """Counts a letter of today's; letters to strangers are few, however often one makes and leaves a household."""
    key = f"household-letters:{user.pk}"
    cache.add(key, 0, 24 * 3600)
    try:
        return cache.incr(key) <= MAX_LETTERS
    except ValueError:  # the cache is away, or forgot it in between
        return True


def invite_url(invite: HouseholdInvite) -> str:
    return settings.SITE_URL + reverse("closet:household_join", args=[invite.key])


def invite_send(invite: HouseholdInvite) -> bool:
    """A mail server that does not answer undoes nothing: the link is on the page too."""
    context = {"invite": invite, "url": invite_url(invite), "site_name": settings.SITE_NAME}
    subject = _("An invitation into a household: %(name)s") % {"name": invite.household.name}
    body = render_to_string("closet/mail/household_invite.txt", context)
    if settings.EMAIL_HOST:
        purpose = Outgoing.Purpose.LETTER
        outgoing_note(owner=invite.by, purpose=purpose, to=settings.EMAIL_HOST, fields=["text"])
    try:
        EmailMessage(f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}", body, to=[invite.email]).send()
    except (OSError, SMTPException) as error:
        log.warning("An invitation could not be sent: %s", type(error).__name__)
        return False
    return True


def invite_for(*, user: User, key: str) -> HouseholdInvite | None:
    """The open invitation that this member may take."""
    invite = HouseholdInvite.objects.open().filter(key=key).select_related("household", "by__profile").first()
    if invite is None or (invite.email and invite.email != user.email.lower()):
        return None
    people = invite.household.members.values("user")
    if Block.between(user).filter(pk__in=people).exists():
        return None
    return invite


def invite_accept(*, user: User, invite: HouseholdInvite) -> Household:
    """Raises ValidationError where it was used meanwhile, the household is full, or they live in another."""
    with transaction.atomic():
        household = Household.objects.select_for_update().get(pk=invite.household_id)
        if household.members.count() >= MAX_MEMBERS:
            raise ValidationError(_("This household is full."))
        used = HouseholdInvite.objects.open().filter(pk=invite.pk).update(used_at=timezone.now())
        if not used:
            raise ValidationError(_("This invitation is over. Ask for another."))
        _move_in(household, user)
    return household


def invites_purge() -> int:
    """Those that are over go, with the addresses they were sent to. Returns how many."""
    over = Q(expires_at__lt=timezone.now()) | Q(used_at__isnull=False)
    return HouseholdInvite.objects.filter(over).delete()[0]


# --- Garments --------------------------------------------------------------------------------------------------


def garments_show(*, owner: User, ids: Iterable[int], on: bool = True) -> int:
    """Lets the household see these garments of the owner's, or no longer; ids of others are passed over.

    What is lent stays seen until it is back. Returns how many changed. Raises ValidationError without a household.
    """
    household = household_of(owner)
    if household is None:
        raise ValidationError(_("Make a household first."))
    mine = Garment.objects.owned_by(owner).present().filter(pk__in=list(ids))
    if not on:
        lent = Loan.objects.running().values("garment")
        return HouseholdGarment.objects.filter(garment__in=mine).exclude(garment__in=lent).delete()[0]
    new = mine.filter(household_garment=None)
    made = HouseholdGarment.objects.bulk_create(
        [HouseholdGarment(household=household, garment=garment) for garment in new], ignore_conflicts=True
    )
    return len(made)


def shown_to(user: User) -> QuerySet[Garment]:
    """What the others of the household let this member see."""
    shared = Garment.objects.present().filter(household_garment__household__members__user=user)
    return shared.exclude(owner=user).for_cards().select_related("owner__profile")


def loan_make(*, garment: Garment, borrower: User) -> Loan:
    """Lends a garment to somebody of the same household: out of its owner's outfits, in the borrower's.

    Raises ValidationError for somebody else, and for what is not there to be lent.
    """
    household = household_of(garment.owner)
    if household is None or borrower.pk == garment.owner_id or household_of(borrower) != household:
        raise ValidationError(_("You can lend to people of your household alone."))
    with transaction.atomic():
        garment = Garment.objects.select_for_update().get(pk=garment.pk)
        if garment.deleted_at or garment.awaits_review or garment.state in (Garment.State.LENT, Garment.State.ARCHIVED):
            raise ValidationError(_("This garment is not there to be lent."))
        loans_end(loans=garment.loans.filter(returned_at=None))  # its owner said by hand that it is back
        HouseholdGarment.objects.get_or_create(garment=garment, defaults={"household": household})
        garment.state = Garment.State.LENT
        garment.save(update_fields=["state", "updated_at"])
        return Loan.objects.create(garment=garment, borrower=borrower)


def loan_of(*, garment: Garment) -> Loan | None:
    return Loan.objects.running().filter(garment=garment).select_related("borrower__profile").first()


@transaction.atomic
def loans_end(*, loans: QuerySet[Loan]) -> int:
    """They are back: in their owners' outfits again, out of the borrowers'. Returns how many."""
    ended = list(loans.filter(returned_at=None).select_related("garment"))
    for loan in ended:
        pieces = OutfitItem.objects.filter(garment=loan.garment, outfit__owner=loan.borrower_id)
        emptied = list(pieces.values_list("outfit", flat=True))
        pieces.delete()
        Outfit.objects.filter(pk__in=emptied, items=None).delete()
        Garment.objects.filter(pk=loan.garment_id, state=Garment.State.LENT).update(
            state=Garment.State.READY, updated_at=timezone.now()
        )
        loan.returned_at = timezone.now()
        loan.save(update_fields=["returned_at"])
    return len(ended)
