"""E-mail to members. A mail server that does not answer must not undo what the message is about."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.http import HttpRequest

logger = logging.getLogger(__name__)


def confirmation_send(*, request: HttpRequest, address: EmailAddress) -> bool:
    """Sends the link that proves the address. False, and a log line, when it could not be sent."""
    try:
        address.send_confirmation(request, signup=True)
    except (OSError, SMTPException) as error:
        logger.warning("A confirmation e-mail could not be sent: %s", type(error).__name__)
        return False
    return True


def account_exists_send(*, email: str) -> bool:
    """Tells the owner of an address that somebody, likely they, wanted to open an account with it again."""
    try:
        get_adapter().send_account_already_exists_mail(email)
    except (OSError, SMTPException) as error:
        logger.warning("A letter about an account could not be sent: %s", type(error).__name__)
        return False
    return True
