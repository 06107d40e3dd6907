"""Branch slugs, by python-slugify: words of any script become ASCII."""

from slugify import slugify

LONGEST = 50


def slug(text: str) -> str:
    """Return ``text`` as lower-case ASCII words joined by dashes; empty where no word is left."""
    return slugify(text, max_length=LONGEST, word_boundary=True, save_order=True)
