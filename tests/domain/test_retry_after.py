import pytest

from hotfix.domain.retry_after import retry_after

NOW = "Thu, 12 Mar 2026 03:12:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7),
        ({"retry-after": " 7 "}, 7),
        ({"RETRY-AFTER": "0"}, 1),
        ({"Retry-After": "9" * 400}, 86_400),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "soon", "Date": NOW}, None),
        ({"Retry-After": "Thu, 12 Mar 2026 03:12:42 GMT", "date": NOW}, 42),
        ({"Retry-After": "Thu, 12 Mar 2026 03:11:00 GMT", "Date": NOW}, 1),
        # By whose clock that would be is not known.
        ({"Retry-After": "Thu, 12 Mar 2026 03:12:42 GMT"}, None),
        ({"Retry-After": "Thu, 12 Mar 2026 03:12:42", "Date": NOW}, None),
    ],
)
def test_what_a_service_asks_for_is_a_number_that_can_be_waited(headers, seconds):
    assert retry_after(headers) == seconds
