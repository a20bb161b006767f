"""Settings: from the environment, else from `.env`, else the defaults below. The only place that reads either."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
QUEUES = ("high_priority", "datasets", "processing", "training", "extraction", "low_priority")


def _plain(name: str) -> AliasChoices:
    """A setting whose variable carries no MISTUDIO_ prefix, as other tools name it."""
    return AliasChoices(name, name.lower())


class Settings(BaseSettings):
    """Every setting. Durations are seconds, sizes bytes."""

    model_config = SettingsConfigDict(
        env_prefix="MISTUDIO_", env_file=".env", extra="ignore", populate_by_name=True, frozen=True
    )

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    data_dir: Path = Path("data")
    tokenizer_dir: Path | None = None
    static_dir: Path | None = None
    url: str | None = Field(None, description="for the command line; default: this machine, at `port`")
    api_token: SecretStr | None = None
    secret_key: SecretStr | None = None
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    log_format: str = Field("text", pattern="^(text|json)$")
    log_level: str = "INFO"

    database_url: SecretStr = Field(
        SecretStr("postgresql+asyncpg://mistudio:mistudio@127.0.0.1:5432/mistudio"),
        validation_alias=_plain("DATABASE_URL"),
    )
    redis_url: SecretStr = Field(SecretStr("redis://127.0.0.1:6379/0"), validation_alias=_plain("REDIS_URL"))
    hf_endpoint: str = Field("https://huggingface.co", validation_alias=_plain("HF_ENDPOINT"))
    hf_token: SecretStr | None = Field(None, validation_alias=_plain("HF_TOKEN"))

    database_pool_size: int = Field(10, ge=1)
    worker_concurrency: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)
    tokenize_threads: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)
    tokenize_queue: str = Field("processing", pattern="^(processing|datasets)$")

    heartbeat_s: float = Field(5.0, gt=0)
    lease_s: float = Field(30.0, gt=0)
    give_up_s: float = Field(20.0, gt=0, description="without a heartbeat for this long a worker kills its work")
    reconcile_s: float = Field(15.0, gt=0)
    redispatch_s: float = Field(30.0, gt=0, description="a message unseen for this long is taken for lost")
    dispatched_per_dataset: int = Field(2, ge=1, description="waiting messages a dataset may have in a queue")
    kept_jobs: int = Field(10_000, ge=1, description="finished jobs kept in the history")
    progress_database_s: float = Field(1.0, gt=0)
    progress_socket_s: float = Field(0.25, gt=0)
    retry_first_s: float = Field(5.0, gt=0)
    retry_longest_s: float = Field(600.0, gt=0)
    retries: int = Field(5, ge=0)
    preview_wait_s: float = Field(10.0, gt=0)
    preview_keep_s: int = Field(60, ge=1)
    upload_keep_s: float = Field(24 * 3600.0, gt=0)

    max_upload_bytes: int = Field(50 * 10**9, ge=1)
    max_expanded_bytes: int = Field(200 * 10**9, ge=1)
    max_body_bytes: int = Field(2_000_000, ge=1, description="of requests that carry JSON")
    max_row_bytes: int = Field(256_000_000, ge=1)
    max_columns: int = Field(10_000, ge=1)
    max_json_depth: int = Field(100, ge=1)
    parser_memory_bytes: int = Field(4 * 10**9, ge=1)
    free_disk_bytes: int = Field(2 * 2**30, ge=0, description="kept free beside the forecast")

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("api_token", "secret_key", "hf_token", "tokenizer_dir", "static_dir", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("database_url", mode="after")
    @classmethod
    def _asyncpg(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        for scheme in ("postgresql://", "postgres://"):
            if url.startswith(scheme):
                return SecretStr("postgresql+asyncpg://" + url.removeprefix(scheme))
        return value

    @field_validator("data_dir", mode="after")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()


@lru_cache
def get_settings() -> Settings:
    return Settings()
