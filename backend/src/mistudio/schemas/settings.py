"""Settings that people change while the server runs."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

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


def _printable(token: SecretStr) -> SecretStr:
    """A token travels in a header."""
    stripped = token.get_secret_value().strip()
    if not all("!" <= character <= "~" for character in stripped):
        raise ValueError("a token is of printable ASCII characters")
    return SecretStr(stripped)


class SettingsChange(Request):
    """`hf_token`: a token to keep, "" to forget it, absent to leave it."""

    hf_token: Annotated[SecretStr, AfterValidator(_printable)] | None = Field(None, max_length=200)
