"""What the Hub has, in our words."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from mistudio.schemas.metadata import Format, ReadLimits, ReadOptions


class HubShape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HubFile(HubShape):
    """A file at a commit. oid: sha256 of its content (64 digits), or its git object id (40 digits)."""

    path: str
    size: int
    oid: str


class HubSplit(HubShape):
    name: str
    num_files: int
    num_bytes: int = Field(description="bytes to download")
    num_rows: int | None = Field(None, description="as the repository's card says; null when it does not")
    num_bytes_arrow: int = Field(description="bytes on disk once read: as the card says, else estimated")
    is_exact: bool = Field(False, description="whether num_bytes_arrow is the card's")
    files: tuple[HubFile, ...] = Field((), exclude=True, repr=False)


class HubConfig(HubShape):
    name: str
    is_default: bool = False
    format: Format | None = Field(None, description="null: told by the content, or not readable")
    splits: tuple[HubSplit, ...] = ()
    features: dict[str, str] | None = Field(None, description="column → type, as the card says")
    problem: str | None = Field(None, description="why this config cannot be read")
    read: ReadOptions = Field(default_factory=ReadOptions, exclude=True)


class HubDataset(HubShape):
    """A dataset repository at one commit."""

    name: str
    sha: str
    url: str
    files_sha: str = Field(description="the commit the files are read from: sha, or that of the Parquet branch")
    converted: bool = Field(False, description="read from the Hub's own Parquet copy")
    private: bool = False
    gated: Literal["auto", "manual"] | None = None
    license: str | None = None
    last_modified: datetime | None = None
    downloads: int | None = None
    likes: int | None = None
    tags: tuple[str, ...] = ()
    summary: str = Field("", description="the beginning of the card's text")
    default_config: str | None = None
    configs: tuple[HubConfig, ...] = ()
    warnings: tuple[str, ...] = ()


class HubHit(HubShape):
    """A line of the search for datasets or tokenizers."""

    name: str
    downloads: int | None = None
    likes: int | None = None
    gated: bool = False
    private: bool = False
    last_modified: datetime | None = None
    tags: tuple[str, ...] = ()


class TokenizerFacts(HubShape):
    """What a tokenizer's files say; null where they do not."""

    is_fast: bool
    model_type: str | None = Field(None, description="BPE, WordPiece, Unigram or WordLevel")
    vocab_size: int | None = Field(None, description="all ids, added tokens included")
    model_max_length: int | None = None
    special_tokens: dict[str, str] = Field(default_factory=dict, description="bos_token, eos_token, … → text")
    has_chat_template: bool = False


class HubTokenizer(TokenizerFacts):
    """The tokenizer of a model repository at one commit."""

    name: str
    sha: str
    url: str
    fingerprint: str = Field(description="hash of the tokenizer's files")


class Forecast(HubShape):
    """What a download will cost. Exact where the card gives sizes, else estimated from the format."""

    download_bytes: int
    arrow_bytes: int
    disk_bytes: int = Field(description="needed while it runs: both at once")
    num_rows: int | None
    exact: bool


class DownloadLimits(HubShape):
    """free_disk_bytes: left free beside the forecast. silence_s: longest wait for the next byte of a file."""

    read: ReadLimits = Field(default_factory=ReadLimits)
    free_disk_bytes: int = 2 * 2**30
    parallel: int = 8
    silence_s: float = 20.0
