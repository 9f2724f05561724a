"""The people of every test: Alice owns, Bob is a friend, Charlie has no access. Dana works in the shop."""

from closet.models import User

PASSWORD = "correct-horse-battery-1"


def member(name: str, **fields: object) -> User:
    user = User.objects.create_user(f"{name}@example.com", PASSWORD, **fields)
    user.profile.name = name.capitalize()
    user.profile.handle = name
    user.profile.save(update_fields=["name", "handle"])
    return user
