"""Validation is by who took the photo, and stays the same."""

from training.vision.splits import is_validation_product, is_validation_street, look_folds, validation_senders


def test_no_sender_is_on_both_sides_and_about_a_tenth_validates() -> None:
    rows = [{"sender_id": str(i % 60)} for i in range(1200)]
    held = validation_senders(rows)
    share = sum(row["sender_id"] in held for row in rows) / len(rows)
    assert 0.05 < share <= 0.1
    assert held == validation_senders(list(reversed(rows)))


def test_products_and_street_photos_are_held_back_by_number() -> None:
    assert is_validation_product({"id": "1173"}) is False
    assert is_validation_product({"id": "1163"}) is True
    assert is_validation_street({"file": "0013.webp"}) is True


def test_each_style_is_dealt_out_to_every_fold() -> None:
    styles = ["dandy"] * 6 + ["street"] * 6
    folds = look_folds(12, 3, styles)
    assert sorted(folds[:6]) == [0, 0, 1, 1, 2, 2]
