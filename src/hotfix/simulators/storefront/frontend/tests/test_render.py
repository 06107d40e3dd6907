import unittest

from pages.render import money, shop_page


class RenderTest(unittest.TestCase):
    def test_money_has_two_decimals(self):
        self.assertEqual(money(1205), "12.05")

    def test_names_are_escaped(self):
        self.assertIn("&lt;b&gt;", shop_page([("<b>", 1)]))


if __name__ == "__main__":
    unittest.main()
