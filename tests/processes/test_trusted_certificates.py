"""The certificates that servers are held against."""

import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import certifi
import pytest

from hotfix.processes.trusted_certificates import trusted_certificates


def test_they_are_read_once(monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    assert trusted_certificates() is trusted_certificates()
    assert trusted_certificates().check_hostname


def test_they_are_read_anew_where_others_are_named_or_the_file_was_mended(monkeypatch, tmp_path):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    usual = trusted_certificates()
    own = tmp_path / "authorities.pem"
    own.write_text("no certificate\n", encoding="utf-8")
    monkeypatch.setenv("SSL_CERT_FILE", str(own))
    for _ in range(2):
        with pytest.raises((OSError, ValueError)):
            trusted_certificates()
    shutil.copy(certifi.where(), own)
    os.utime(own, ns=(0, 0))
    mended = trusted_certificates()
    assert mended is not usual
    assert mended is trusted_certificates()
    os.utime(own, ns=(1, 1))
    assert trusted_certificates() is not mended


def test_those_who_ask_side_by_side_read_them_once(monkeypatch, tmp_path):
    # Others than before, so that nothing is known of them yet.
    authorities = tmp_path / "authorities.pem"
    shutil.copy(certifi.where(), authorities)
    monkeypatch.setenv("SSL_CERT_FILE", str(authorities))
    begin = threading.Barrier(8)

    def ask(_number):
        begin.wait()
        return trusted_certificates()

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(ask, range(8)))
    assert len(found) == 1
