from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from gateway.errors import ConfigurationError
from gateway.settings import read_settings

SECRET = "Zebra-199002222397"
HASH = "0" * 63
RECIPIENT = """
[[recipients]]
name = "Försäkringskassan"
kind = "forsakringskassan"
organisation = "2021005521"
endpoint = "https://fk.example/inbox"
"""
AGENCY = """
[[agencies]]
name = "Försäkringskassan"
organisation = "2021005521"
token_sha256 = "{token}"
"""


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Writes the TOML file, and names it in the environment, which holds no other setting."""

    def write(text: str | bytes) -> Path:
        file = tmp_path / "samsyn.toml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        monkeypatch.setenv("SAMSYN_CONFIG", str(file))
        return file

    return write


def _refusal(**given: object) -> str:
    with pytest.raises(ConfigurationError) as error:
        read_settings(**given)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__ or error.value.__context__ is None
    assert "\n" not in str(error.value)
    return str(error.value)


def test_without_any_setting_the_gateway_listens_to_this_machine_only():
    settings = read_settings()

    assert (settings.host, settings.port, settings.database) == ("127.0.0.1", 8000, Path("samsyn.db"))
    assert settings.recipients == settings.agencies == ()
    assert settings.lease > timedelta(seconds=settings.timeout_seconds)
    assert len(settings.retry_after) == 29


def test_settings_come_from_the_file_and_the_environment_goes_before_it(write, monkeypatch):
    write(
        'port = 8001\ndatabase = "/srv/a.db"\nretry_after_seconds = [1, 2.5]\nlogical_addresses = ["SE1"]\n'
        + RECIPIENT
        + AGENCY.format(token=HASH + "a")
    )
    monkeypatch.setenv("SAMSYN_PORT", "8002")
    monkeypatch.setenv("SAMSYN_WORKER", "w2")

    settings = read_settings()

    assert (settings.port, settings.worker, str(settings.database)) == (8002, "w2", "/srv/a.db")
    assert settings.retry_after == (timedelta(seconds=1), timedelta(seconds=2.5))
    assert settings.logical_addresses == {"SE1"}
    assert settings.recipients[0].endpoint == "https://fk.example/inbox"
    assert settings.agencies[0].token_sha256 == HASH + "a"
    assert read_settings(port=8003).port == 8003


def test_lists_can_stand_in_the_environment_as_json(monkeypatch):
    monkeypatch.setenv("SAMSYN_LOGICAL_ADDRESSES", '["SE1", "SE2"]')

    assert read_settings().logical_addresses == {"SE1", "SE2"}


def test_settings_cannot_be_changed_afterwards():
    with pytest.raises(ValueError, match="frozen"):
        read_settings().port = 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f'postgres = "postgresql://samsyn:{SECRET}%losen@db/samsyn"', "postgres"),
        (f'prot = "{SECRET}"', "prot"),
        (f'port = "{SECRET}"', "port"),
        ("port = 65536", "port"),
        ("port = -1", "port"),
        ("deliveries_at_once = 0", "deliveries_at_once"),
        ("timeout_seconds = 0", "timeout_seconds"),
        ("timeout_seconds = nan", "timeout_seconds"),
        ("lease_seconds = inf", "lease_seconds"),
        ("retry_after_seconds = [-1]", "retry_after_seconds.0"),
        ("retry_after_seconds = []", "retry_after_seconds"),
        ('worker = ""', "worker"),
        (f'recipients = "{SECRET}"', "recipients"),
        (RECIPIENT.replace("https://fk.example/inbox", f"ftp://{SECRET}"), "recipients.0.endpoint"),
        (RECIPIENT.replace("https://fk.example/inbox", f"https://user:{SECRET}@fk.example/"), "recipients.0.endpoint"),
        (RECIPIENT.replace("https://fk.example/inbox", f"https://[{SECRET}/"), "recipients.0.endpoint"),
        (RECIPIENT.replace("https://fk.example/inbox", "https://fk.example:port/"), "recipients.0.endpoint"),
        (RECIPIENT.replace("https://fk.example/inbox", "https://?a"), "recipients.0.endpoint"),
        (RECIPIENT.replace("2021005521", SECRET), "recipients.0.organisation"),
        (RECIPIENT.replace("2021005521", "202100-5521"), "recipients.0.organisation"),
        (RECIPIENT.replace("kind =", "kidn ="), "recipients.0"),
        (RECIPIENT + RECIPIENT, "recipients"),
        (AGENCY.format(token=SECRET), "agencies.0.token_sha256"),
        (AGENCY.format(token=HASH + "A"), "agencies.0.token_sha256"),
        (AGENCY.format(token=HASH + "a") + AGENCY.format(token=HASH + "b"), "agencies"),
        (
            AGENCY.format(token=HASH + "a") + AGENCY.format(token=HASH + "a").replace("2021005521", "5561234567"),
            "agencies",
        ),
    ],
)
def test_h15_a_wrong_or_unknown_setting_is_named_and_its_value_is_not(write, text, name):
    write(text)

    told = _refusal()

    assert told.startswith(name)
    assert "Zebra" not in told
    assert HASH not in told


def test_a_list_in_the_environment_that_is_no_json_is_named_and_its_value_is_not(monkeypatch):
    monkeypatch.setenv("SAMSYN_RECIPIENTS", SECRET)

    told = _refusal()

    assert "recipients" in told
    assert "None" not in told
    assert "Zebra" not in told


@pytest.mark.parametrize("name", ["SAMSYN_PROT", "SAMSYN_", "SAMSYN_port"])
def test_an_unknown_setting_in_the_environment_is_named_and_its_value_is_not(monkeypatch, name):
    monkeypatch.setenv(name, SECRET)

    assert _refusal() == f"There is no setting {name}"


def test_a_file_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("SAMSYN_CONFIG", str(tmp_path / "none.toml"))

    assert str(tmp_path / "none.toml") in _refusal()


@pytest.mark.parametrize("text", [f"port = {SECRET}", "port = 1\nport = 2", "[", b"\xff\xfe", "port"])
def test_a_file_that_is_no_toml_is_named_and_not_repeated(write, text):
    file = write(text)

    told = _refusal()

    assert str(file) in told
    assert "Zebra" not in told


@pytest.mark.parametrize("endpoint", [f"https://169.254.169.254/{SECRET}", f"http://fk.example/{SECRET}"])
def test_an_endpoint_inside_or_without_tls_has_to_be_named_as_such(write, endpoint):
    write(RECIPIENT.replace("https://fk.example/inbox", endpoint))

    told = _refusal()

    assert "private_endpoints" in told
    assert SECRET not in told


def test_an_endpoint_that_is_named_as_one_inside_may_be_there(write):
    write('private_endpoints = ["127.0.0.1:8001"]' + RECIPIENT.replace("https://fk.example", "http://127.0.0.1:8001"))

    assert read_settings().recipients[0].endpoint == "http://127.0.0.1:8001/inbox"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('client_certificate = "/ours.pem"', "belong together"),
        ('client_key = "/ours.key"', "belong together"),
        ('client_certificate = "/ours.pem"\nclient_key = "/ours.key"', "over TLS"),
    ],
)
def test_b18_a_certificate_of_ours_needs_its_key_and_tls(write, more, told):
    there = RECIPIENT.replace("https://fk.example", "http://127.0.0.1:8001") if told == "over TLS" else RECIPIENT
    write(f'private_endpoints = ["127.0.0.1:8001"]{there}\n{more}')

    assert told in _refusal()


def test_b18_a_certificate_of_ours_with_its_key_is_taken(write):
    write(f'{RECIPIENT}\nclient_certificate = "/ours.pem"\nclient_key = "/ours.key"')

    assert str(read_settings().recipients[0].client_key) == "/ours.key"
