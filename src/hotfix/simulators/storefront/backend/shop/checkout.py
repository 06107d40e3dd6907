"""What an order costs."""

PRICES_CENTS = {"cup": 1290, "lamp": 4900}
SHIPPING_CENTS = 490
VOUCHERS_PERCENT = {"SPRING": 10, "LAUNCH": 20}


def total_cents(order):
    """Return what the order costs, shipping included, in cents.

    An order has ``items`` (each with ``sku`` and ``quantity``) and, if the customer has one, a
    ``voucher``.
    """
    goods = sum(PRICES_CENTS[item["sku"]] * item["quantity"] for item in order["items"])
    discount = goods * VOUCHERS_PERCENT[order.get("voucher")] // 100
    return goods - discount + SHIPPING_CENTS
