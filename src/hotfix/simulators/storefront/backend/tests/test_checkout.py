import unittest

from shop.checkout import total_cents


class TotalTest(unittest.TestCase):
    def test_a_voucher_takes_its_share_off_the_goods(self):
        order = {"items": [{"sku": "lamp", "quantity": 2}], "voucher": "SPRING"}
        self.assertEqual(total_cents(order), 9800 - 980 + 490)

    def test_the_launch_voucher(self):
        order = {"items": [{"sku": "cup", "quantity": 1}], "voucher": "LAUNCH"}
        self.assertEqual(total_cents(order), 1290 - 258 + 490)


if __name__ == "__main__":
    unittest.main()
