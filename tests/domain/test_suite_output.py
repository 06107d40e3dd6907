"""What test programs print of themselves, where they ran something and where they ran nothing."""

import pytest

from hotfix.domain.suite_output import ran_no_test

PYTEST = "collected {} items\n\n{}\n"


@pytest.mark.parametrize(
    "output",
    [
        "\nRan 0 tests in 0.000s\n\nOK\n",
        "Ran 2 tests in 0.001s\n\nOK (skipped=2)\n",
        "NO TESTS RAN\n",
        "collected 0 items\n\n===== no tests ran in 0.01s =====\n",
        "collected 2 items\n\ntests/test_a.py ss   [100%]\n\n===== 2 skipped in 0.02s =====\n",
        "===== 4 deselected in 0.02s =====\n",
        "\x1b[33m===== \x1b[33m\x1b[1m2 skipped\x1b[0m\x1b[33m in 0.02s\x1b[0m =====\n".replace(
            "\x1b[33m\x1b[1m", ""
        ),
        "No tests found, exiting with code 0\n",
        "Tests:       3 skipped, 3 total\nSnapshots:   0 total\n",
        "\n  0 passing (1ms)\n",
        "No examples found.\n\nFinished in 0.0003 seconds\n0 examples, 0 failures\n",
        "?   \tshop/cart\t[no test files]\n",
        "ok  \tshop/cart\t0.003s [no tests to run]\n",
        "testing: warning: no tests to run\nPASS\nok  \tshop\t0.004s [no tests to run]\n",
        "running 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; finished in 0.00s\n",
        "No tests executed!\n",
        "[INFO] Tests run: 0, Failures: 0, Errors: 0, Skipped: 0\n",
        "No tests were found!!!\n",
        "0 runs, 0 assertions, 0 failures, 0 errors, 0 skips\n",
        "# tests 0\n# pass 0\n",
        "\u2139 tests 0\n\u2139 suites 0\n",
        "1..0\n",
        "No test is available in /src/Shop.Tests.dll. Make sure that ...\n",
        "0 tests, 0 failures\n",
        "[==========] 0 tests from 0 test suites ran. (0 ms total)\n[  PASSED  ] 0 tests.\n",
        "Executed 0 Tests with 0 Failures and 0 Errors in 0.00s.\n",
        "Ran 0 tests in 0.00 seconds\n0 succeeded\n",
        "OK (0 tests, 0 ran, 0 checks, 0 ignored, 0 filtered out, 0 ms)\n",
    ],
)
def test_a_suite_that_ran_nothing_says_so(output):
    assert ran_no_test(output)
    assert ran_no_test(output.replace("\n", "\r\n"))


@pytest.mark.parametrize(
    "output",
    [
        "",
        "All files are formatted.\n",
        "\n.\nRan 1 test in 0.000s\n\nOK\n",
        "Ran 3 tests in 0.001s\n\nOK (skipped=2)\n",
        "collected 2 items\n\n===== 1 passed, 1 skipped in 0.02s =====\n",
        "\x1b[32m===== \x1b[32m\x1b[1m12 passed\x1b[0m\x1b[32m in 0.02s\x1b[0m =====\n",
        "Tests:       1 skipped, 2 passed, 3 total\n",
        "\n  7 passing (12ms)\n",
        "?   \tshop\t[no test files]\nok  \tshop/cart\t0.003s\n",
        "?   \tshop\t[no test files]\nok  \tshop/cart\t(cached)\n",
        "--- PASS: TestCart (0.00s)\nPASS\n",
        "test result: ok. 4 passed; 0 failed\n\nDoc-tests\ntest result: ok. 0 passed\n",
        "[INFO] Tests run: 0\n[INFO] Tests run: 12, Failures: 0\n",
        "OK (5 tests, 9 assertions)\n",
        "100% tests passed, 0 tests failed out of 12\n",
        "[==========] 3 tests from 1 test suite ran. (0 ms total)\n",
        "1..3\nok 1 adds\nok 2 removes\nok 3 sums\n",
        "3 doctests, 12 tests, 0 failures\n",
        "0 passed in the first half of the log\n5 passed in 0.1s\n",
    ],
)
def test_one_test_is_enough_and_a_suite_that_says_nothing_is_believed(output):
    assert not ran_no_test(output)
