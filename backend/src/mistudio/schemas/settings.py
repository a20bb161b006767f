"""Settings that people change while the server runs."""

from typing import Literal

from pydantic import Field, SecretStr

from mistudio.schemas.common import Request, Response


class SettingsView(Response):
    hf_endpoint: str
    hf_token_source: Literal["environment", "settings", "none"]
    hf_token_hint: str | None = Field(description="the last four characters")
    needs_login: bool
    tokenizer_dir: str | None
    local_tokenizers: list[str] = Field(description="names for tokenizer_name, as local:{folder}")
    max_upload_bytes: int
    versions: dict[str, str]


class SettingsChange(Request):
    """`hf_token`: a token to keep, "" to forget it, absent to leave it."""

    hf_token: SecretStr | None = Field(None, max_length=200)
