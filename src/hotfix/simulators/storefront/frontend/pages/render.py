"""The page that customers see."""

import html


def money(cents):
    """Return an amount as customers read it: ``17.80``."""
    return f"{cents // 100}.{cents % 100:02d}"


def shop_page(goods):
    """Return the page that lists ``goods``: (name, cents)."""
    rows = "".join(f"<li>{html.escape(name)} {money(cents)}</li>" for name, cents in goods)
    return f"<!doctype html><title>Webrana</title><h1>Webrana</h1><ul>{rows}</ul>"
