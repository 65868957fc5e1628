"""What an operator may set: one TOML file, and environment variables that begin with SAMSYN_.

Read once, at start. A wrong, missing or unknown setting stops the start.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from gateway.audit.cosignatures import Witness
from gateway.audit.notes import Verifier
from gateway.delivery.addresses import kept_inside, unfit
from gateway.delivery.schedule import RETRY_AFTER
from gateway.delivery.sending import LONGEST
from gateway.errors import CheckpointRefused, ConfigurationError, InvalidIdentity
from gateway.identity import OrganisationNumber
from gateway.persons import Persons

PREFIX = "SAMSYN_"
CONFIG = f"{PREFIX}CONFIG"
"""The environment variable that names the TOML file."""

Organisation = Annotated[str, Field(pattern=r"^[0-9]{10}$")]
Seconds = Annotated[float, Field(gt=0, le=30 * 86_400)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RecipientSetting(_Strict):
    """An organisation that takes information sets."""

    name: str = Field(min_length=1)
    kind: str = Field(min_length=1, description="The adapter that speaks to it")
    organisation: Organisation
    endpoint: str = Field(min_length=1, description="Where its Bundles are posted: a public address, over TLS")
    only_newest: bool = Field(
        default=False, description="Whether it is sent only the newest of certificates that replace each other"
    )

    client_certificate: Path | None = Field(
        None, description="A PEM file with the certificate that it is shown where it asks who we are"
    )
    client_key: Path | None = Field(None, description="A PEM file with that certificate's key, for its owner only")

    @field_validator("endpoint")
    @classmethod
    def _can_be_called(cls, endpoint: str) -> str:
        if wrong := unfit(endpoint):
            raise ValueError(wrong)
        return endpoint

    @model_validator(mode="after")
    def _is_shown_both_over_tls(self) -> Self:
        if (self.client_certificate is None) != (self.client_key is None):
            raise ValueError("client_certificate and client_key belong together")
        if self.client_key is not None and urlsplit(self.endpoint).scheme != "https":
            raise ValueError("a client_certificate is shown over TLS, and the endpoint goes without")
        return self


class AgencySetting(_Strict):
    """An organisation that may ask for information sets itself."""

    name: str = Field(min_length=1)
    organisation: Organisation
    token_sha256: str = Field(
        pattern=r"^[0-9a-f]{64}$", description="SHA-256 of its bearer token: the token itself is nowhere"
    )


class WitnessSetting(_Strict):
    """Another gateway, or whoever else cosigns checkpoints of the log."""

    url: str = Field(min_length=1, description="Where it takes checkpoints: `https://…/witness/add-checkpoint`")
    key: str = Field(description="Its verifier key (C2SP tlog-cosignature), as `samsyn audit key` tells it there")

    @field_validator("key")
    @classmethod
    def _is_a_key(cls, key: str) -> str:
        try:
            Witness.of(key)
        except CheckpointRefused:
            raise ValueError("is no verifier key of a witness") from None
        return key


class Settings(BaseSettings):
    """Every setting, with its reason."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    database: Path = Field(Path("samsyn.db"), description="The SQLite file that keeps everything")
    postgres: SecretStr | None = Field(
        None, description="The PostgreSQL database that keeps everything in place of the file: `postgresql://…`"
    )
    vault_key: Path | None = Field(
        None,
        description="The file with the key that seals what is kept; `<database>.vault-key` where none is named",
    )
    audit_key: Path | None = Field(
        None, description="The file with the key that signs the log; `<database>.audit-key` where none is named"
    )
    audit_anchor: Path | None = Field(
        None, description="A file on other storage to which each signed checkpoint of the log is added"
    )
    audit_timestamps: tuple[str, ...] = Field(
        (), description="Who time-stamps checkpoints of the log (RFC 3161), asked in this order until one answers well"
    )
    audit_timestamp_roots: Path | None = Field(
        None, description="A PEM file with the certificates that such an authority's own leads to"
    )
    audit_timestamp_seconds: Seconds = Field(3_600.0, description="How often the log is time-stamped")
    audit_witnesses: tuple[WitnessSetting, ...] = Field((), description="Who cosigns checkpoints of the log; each does")
    audit_witness_seconds: Seconds = Field(600.0, description="How often the log is cosigned")
    witnessed_logs: tuple[str, ...] = Field(
        (), description="Whose logs are cosigned here: their verifier keys (C2SP signed-note)"
    )
    audit_anchor_max_age_seconds: Seconds = Field(
        14_400.0, description="How old the newest checkpoint elsewhere may be before nothing leaves"
    )
    audit_checkpoint_seconds: Seconds = Field(10.0, description="How often what is new in the log is signed")
    host: str = Field("127.0.0.1", description="The address to listen on; this machine only, unless said otherwise")
    port: int = Field(8000, ge=0, le=65_535, description="The port to listen on")
    logical_addresses: frozenset[str] = Field(
        frozenset(), description="The RIV-TA logical addresses that are ours; any is accepted where none is named"
    )
    keep_early_revocations: bool = Field(
        default=True,
        description="Whether a revocation that overtakes its certificate is kept; else APPLICATION_ERROR answers it",
    )
    persons: Persons = Field(
        Persons.TEST,
        description="Whose numbers are taken in: `real` in production; `test` refuses what may be somebody's",
    )
    emitted_systems: dict[str, str] = Field(
        default_factory=dict, description="NamingSystem → the URI to emit for it, another of its own than it prefers"
    )
    recipients: tuple[RecipientSetting, ...] = Field((), description="Who can be reached, and where")
    private_endpoints: frozenset[str] = Field(
        frozenset(), description="The `host:port` of recipients that may be inside, and that may go without TLS"
    )
    keep_days: dict[str, Annotated[int, Field(ge=1)]] = Field(
        default_factory=dict,
        description="Information set → how many days what it says is kept once it is delivered; for good otherwise",
    )
    retired_policies: frozenset[str] = Field(
        frozenset(), description="The policies (`Consent.policy.uri`) on which no consent counts any more"
    )
    agencies: tuple[AgencySetting, ...] = Field((), description="Who may ask")
    worker: str = Field("worker", min_length=1, description="The worker's name; each running worker has its own")
    deliveries_at_once: int = Field(
        64, ge=1, le=256, description="How many deliveries are under way in a worker at once"
    )
    timeout_seconds: Seconds = Field(10.0, description="The longest wait for a recipient's answer")
    lease_seconds: Seconds = Field(60.0, description="How long a worker may hold a delivery; longer than an attempt")
    retry_after_seconds: tuple[Seconds, ...] = Field(
        tuple(wait.total_seconds() for wait in RETRY_AFTER), min_length=1, description="The waits between attempts"
    )

    @field_validator("recipients", "agencies")
    @classmethod
    def _named_once(
        cls, entries: tuple[RecipientSetting | AgencySetting, ...]
    ) -> tuple[RecipientSetting | AgencySetting, ...]:
        numbers = [entry.organisation for entry in entries]
        if len(numbers) != len(set(numbers)):
            raise ValueError("an organisation is named twice")
        return entries

    @field_validator("agencies")
    @classmethod
    def _one_token_each(cls, agencies: tuple[AgencySetting, ...]) -> tuple[AgencySetting, ...]:
        if len(agencies) != len({agency.token_sha256 for agency in agencies}):
            raise ValueError("two organisations have the same token")
        return agencies

    @model_validator(mode="after")
    def _endpoints_may_be_called(self) -> Self:
        for one in self.recipients:
            if wrong := kept_inside(one.endpoint, self.private_endpoints):
                raise ValueError(f"{one.name}: the endpoint is {wrong}")
        return self

    @field_validator("witnessed_logs")
    @classmethod
    def _are_keys(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        try:
            names = {Verifier.of(key).name for key in keys}
        except CheckpointRefused:
            raise ValueError("is no verifier key of a log") from None
        if len(names) != len(keys):
            raise ValueError("a log is named twice")
        return keys

    @model_validator(mode="after")
    def _authorities_may_be_asked(self) -> Self:
        asked = [("audit_timestamps", url) for url in self.audit_timestamps]
        asked += [("audit_witnesses", one.url) for one in self.audit_witnesses]
        for name, url in asked:
            if wrong := unfit(url) or kept_inside(url, self.private_endpoints):
                raise ValueError(f"{name}: an address is {wrong}")
        if self.audit_timestamps and self.audit_timestamp_roots is None:
            raise ValueError("audit_timestamps: audit_timestamp_roots has to say whose stamps are believed")
        return self

    @model_validator(mode="after")
    def _organisations_exist(self) -> Self:
        named: tuple[RecipientSetting | AgencySetting, ...] = (*self.recipients, *self.agencies)
        for one in named:
            try:
                self.persons.admit_organisation(OrganisationNumber(one.organisation))
            except InvalidIdentity:
                raise ValueError(f"{one.name}: the check digit of the organisation number is wrong") from None
        return self

    @model_validator(mode="after")
    def _lease_outlasts_an_attempt(self) -> Self:
        if self.lease_seconds < self.timeout_seconds + LONGEST:
            raise ValueError(
                f"lease_seconds has to be {LONGEST:g} more than timeout_seconds, or two workers may send at once"
            )
        return self

    @property
    def vault_key_file(self) -> Path:
        """The file with the key that seals what is kept."""
        return self.vault_key or self.database.with_name(f"{self.database.name}.vault-key")

    @field_validator("postgres")
    @classmethod
    def _is_an_address(cls, value: SecretStr | None) -> SecretStr | None:
        try:
            conninfo_to_dict(value.get_secret_value() if value else "")
        except ProgrammingError:
            raise ValueError("is no address of a PostgreSQL database") from None
        return value

    @property
    def audit_key_file(self) -> Path:
        """The file with the key that signs the log."""
        return self.audit_key or self.database.with_name(f"{self.database.name}.audit-key")

    @property
    def audit_anchor_max_age(self) -> timedelta | None:
        """How old the newest checkpoint elsewhere may be; None where none is asked for."""
        is_anchored = self.audit_anchor is not None or self.audit_timestamps or self.audit_witnesses
        return timedelta(seconds=self.audit_anchor_max_age_seconds) if is_anchored else None

    @property
    def persons_if_said(self) -> Persons | None:
        """Whose numbers are taken in, where somebody has said so."""
        return self.persons if "persons" in self.model_fields_set else None

    @property
    def retry_after(self) -> tuple[timedelta, ...]:
        """The waits between attempts."""
        return tuple(timedelta(seconds=seconds) for seconds in self.retry_after_seconds)

    @property
    def lease(self) -> timedelta:
        """How long a worker may hold a delivery."""
        return timedelta(seconds=self.lease_seconds)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic-settings names its arguments
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Look at what is given, then the environment, then the file."""
        file = os.environ.get(CONFIG)
        return (init_settings, env_settings, *([TomlConfigSettingsSource(settings_cls, file)] if file else []))


def read_settings(**given: object) -> Settings:
    """Return the settings.

    Raises:
        ConfigurationError: A setting is wrong or unknown; the text names it, and never its value.
    """
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | {CONFIG}
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise ConfigurationError(f"There is no setting {unknown[0]}")
    file = os.environ.get(CONFIG)
    if file and not Path(file).is_file():
        raise ConfigurationError(f"{CONFIG} names a file that is not there: {file}")
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False)[0]
        raise ConfigurationError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except SettingsError as error:
        raise ConfigurationError(f"The environment: {error}") from None
    except ValueError as error:
        raise ConfigurationError(f"{file}: {error}") from None
