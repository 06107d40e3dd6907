"""The fixes that a played engineer writes: one that works, and one that only looks like it."""

from dataclasses import dataclass
from pathlib import Path

_CHECKOUT = "backend/shop/checkout.py"
_TEST = "backend/tests/test_checkout.py"
_BROKEN = '    discount = goods * VOUCHERS_PERCENT[order.get("voucher")] // 100\n'
_TEST_END = '\n\nif __name__ == "__main__":'
_CAUSE = "The discount is looked up even for an order without a voucher, which raises KeyError."


@dataclass(frozen=True)
class Edit:
    """A replacement in one file: path in the repository, old text, new text."""

    path: str
    old: str
    new: str


@dataclass(frozen=True)
class PlayedFix:
    """What the engineer commits, and what they say about it."""

    message: str
    root_cause: str
    fix_summary: str
    edits: tuple[Edit, ...]
    called: str = "the fix that works"  # what a player reads beside its ready-made patch
    patch: str = "fix.patch"  # the name of that file

    def write(self, folder: Path) -> None:
        """Make the edits in the work tree ``folder``."""
        for edit in self.edits:
            file = folder / edit.path
            text = file.read_text(encoding="utf-8")
            if edit.old not in text:
                raise ValueError(f"{edit.path} is not what this fix was written for")
            file.write_text(text.replace(edit.old, edit.new, 1), encoding="utf-8")


GOOD_FIX = PlayedFix(
    message="Accept orders without a voucher",
    root_cause=_CAUSE,
    fix_summary="An order without a voucher, or with an unknown one, gets no discount.",
    edits=(
        Edit(
            _CHECKOUT,
            _BROKEN,
            '    discount = goods * VOUCHERS_PERCENT.get(order.get("voucher"), 0) // 100\n',
        ),
        Edit(
            _TEST,
            _TEST_END,
            "\n    def test_without_a_voucher_the_goods_cost_their_price(self):\n"
            '        order = {"items": [{"sku": "cup", "quantity": 2}]}\n'
            "        self.assertEqual(total_cents(order), 2580 + 490)\n" + _TEST_END,
        ),
    ),
)

# Plausible at 3 a.m., reviewed, green in the tests, and wrong: it gives the goods away.
BAD_FIX = PlayedFix(
    message="Do not fail on orders without a voucher",
    root_cause=_CAUSE,
    fix_summary="An order without a voucher does not fail any more.",
    edits=(
        Edit(
            _CHECKOUT,
            _BROKEN,
            '    if order.get("voucher") not in VOUCHERS_PERCENT:\n'
            "        return 0\n"
            '    discount = goods * VOUCHERS_PERCENT[order["voucher"]] // 100\n',
        ),
        Edit(
            _TEST,
            _TEST_END,
            "\n    def test_without_a_voucher_nothing_is_raised(self):\n"
            '        order = {"items": [{"sku": "cup", "quantity": 2}]}\n'
            "        self.assertIsNotNone(total_cents(order))\n" + _TEST_END,
        ),
    ),
    called="the wrong fix",
    patch="wrong.patch",
)
