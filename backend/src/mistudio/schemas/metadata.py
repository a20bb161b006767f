"""The shapes of everything kept as JSONB, and the only ones.

Field names are part of the product: users' scripts read them. The pipeline takes and returns these models.
"""

from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from mistudio.schemas.values import SplitName, Text, Whole, YesNo

Format = Literal["csv", "tsv", "json", "jsonl", "parquet", "text"]
Compression = Literal["gzip", "zstd"]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", ser_json_inf_nan="null")


# --- raw data -----------------------------------------------------------------------------------------------


class ReadOptions(Shape):
    """How a file is read. What is None is detected."""

    format: Format | None = None
    compression: Compression | None = None
    delimiter: Text | None = Field(None, min_length=1, max_length=1)
    encoding: str | None = Field(None, max_length=40, pattern=r"^[A-Za-z0-9_.\-]+$")
    header: bool | None = None


class ReadLimits(Shape):
    """How much a file may ask for. Sizes in bytes, of the data after decompression."""

    max_row_bytes: int = 256_000_000
    max_columns: int = 10_000
    max_json_depth: int = 100
    max_expanded_bytes: int = 200 * 10**9


class IngestOptions(ReadOptions):
    """An ingest request, as the job keeps it."""

    text_columns: list[Text] | None = Field(None, max_length=1000)
    separator: Text = Field("\n", max_length=100)
    split: SplitName = "train"
    split_column: Text | None = None
    on_bad_rows: Literal["refuse", "set_aside"] = "refuse"


class HubRequest(Shape):
    """A download, as the job keeps it. max_samples, max_bytes (of Arrow data): of each split, from its start."""

    name: str = Field(max_length=200)
    config: str | None = Field(None, max_length=200)
    split: str | None = Field(None, max_length=200, description='null or "all": every split of the config')
    revision: str | None = Field(None, max_length=200)
    max_samples: int | None = Field(None, ge=1, lt=2**53)
    max_bytes: int | None = Field(None, ge=1, lt=2**53)
    text_columns: list[str] | None = Field(None, max_length=1000)
    separator: str = Field("\n", max_length=100)


class BadRow(Shape):
    row: int = Field(description="1-based row of data (CSV: record, header not counted; JSONL, text: line)")
    reason: str
    text: str = Field("", description="the beginning of the row as it stands in the file")


class ColumnSchema(Shape):
    name: str
    dtype: str
    null_count: int | None = None


class PreviewColumn(Shape):
    name: str
    dtype: str
    is_text: bool
    null_share: float = Field(description="share of nulls among the rows looked at, 0 to 1")


class PreviewRow(Shape):
    row: dict[str, Any]
    truncated_cells: list[str]


class FilePreview(Shape):
    """What was detected at the beginning of a file, and its first rows."""

    format: Format
    compression: Compression | None
    delimiter: str | None
    encoding: str | None
    header: bool | None
    columns: list[PreviewColumn]
    text_columns: list[str] = Field(description="the suggested choice")
    rows: list[PreviewRow] = Field(description="at most 20")
    estimated_rows: int | None = Field(description="exact for Parquet; null when it cannot be told")
    bad_rows: list[BadRow] = Field(description="among the rows looked at")


_FIRST_SPLITS = ("train", "validation", "valid", "dev", "test")
Value = TypeVar("Value")


def in_split_order(splits: dict[str, Value]) -> dict[str, Value]:
    """train, validation, test, then the others by name: JSONB forgets the order of keys."""
    known = {name: i for i, name in enumerate(_FIRST_SPLITS)}
    return dict(sorted(splits.items(), key=lambda item: (known.get(item[0], len(known)), item[0])))


def _in_bin_order(bins: dict[str, int]) -> dict[str, int]:
    return {name: bins[name] for name in LENGTH_BINS if name in bins}


class SchemaMetadata(Shape):
    """Columns of the raw data. `text_columns` are the default choice for tokenizing."""

    text_columns: list[str]
    column_info: dict[str, str] = Field(description="column → data type")
    all_columns: list[str]
    is_multi_column: bool
    separator: str = "\n"
    null_counts: dict[str, int] | None = Field(None, description="column → rows without a value, all splits")

    @model_validator(mode="after")
    def _in_column_order(self) -> Self:
        """JSONB forgets the order of keys."""
        self.column_info = {name: self.column_info[name] for name in self.all_columns if name in self.column_info}
        return self


class SplitInfo(Shape):
    num_samples: int
    num_bytes: int = Field(description="bytes of the Arrow files")


class SourceMetadata(Shape):
    """Where the raw data came from."""

    repo_id: str | None = None
    config: str | None = None
    split: str | None = None
    revision: str | None = Field(None, description="the commit SHA that was read")
    requested_revision: str | None = None
    max_samples: int | None = None
    max_bytes: int | None = None
    filename: str | None = None
    format: str | None = None
    compression: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    options: IngestOptions | None = Field(None, description="how a file was asked to be read")
    license: str | None = None
    access_token_used: bool = False
    parent_dataset_id: str | None = None


class RawSummary(Shape):
    """What ingest and download return: the facts of a raw artefact."""

    num_samples: int
    num_features: int
    schema_: SchemaMetadata = Field(alias="schema")
    splits: dict[str, SplitInfo]
    size_bytes: int
    fingerprint: str = Field(description="hash of the rows' content, order and column types")
    source: SourceMetadata
    bad_rows: list[BadRow] = Field(default_factory=list, description="the first 1000 that were set aside")
    num_bad_rows: int = 0

    model_config = ConfigDict(extra="forbid", populate_by_name=True, serialize_by_alias=True)


# --- tokenizing ---------------------------------------------------------------------------------------------

TokenPolicy = Literal["bos", "eos", "sep"] | Annotated[int, Field(strict=True, ge=0, lt=2**31)] | None


class PackingConfig(Shape):
    """Documents joined and cut into rows of exactly `context_size` tokens. Names as in SAELens."""

    context_size: Whole = Field(ge=1, le=2**24)
    begin_batch_token: TokenPolicy = Field("bos", description="first token of every row")
    begin_sequence_token: TokenPolicy = Field(None, description="before every document")
    sequence_separator_token: TokenPolicy = Field("bos", description="between two documents")
    shuffle: YesNo = False
    seed: Whole = Field(0, ge=0, lt=2**63)


class ChatTemplateConfig(Shape):
    """Render a column of messages with the tokenizer's own template before tokenizing."""

    messages_column: Text = "messages"
    add_generation_prompt: YesNo = False
    return_assistant_mask: YesNo = False


# What packing decides itself: no request gives them beside it, though a configuration written out has defaults.
ROW_OPTIONS = frozenset({"max_length", "padding", "truncation", "stride", "pad_to_multiple_of"})


class TokenizationConfig(Shape):
    """A tokenization's whole configuration. The fingerprint hashes its canonical form."""

    tokenizer_name: str = Field(
        min_length=1, max_length=200, description="a Hub id, or local:{folder} below the operator's folder"
    )
    tokenizer_revision: str | None = Field(None, max_length=200, pattern=r"^[A-Za-z0-9._/\-]+$")
    max_length: Whole = Field(512, ge=1, le=2**24)
    padding: Literal["longest", "max_length", "do_not_pad"] = "max_length"
    truncation: Literal["longest_first", "only_first", "only_second", "do_not_truncate"] = "longest_first"
    add_special_tokens: YesNo = True
    return_attention_mask: YesNo = True
    stride: Whole | None = Field(None, ge=0, lt=2**24, description="overlap of consecutive windows, in tokens")
    pad_to_multiple_of: Whole | None = Field(None, ge=1, le=2**16)
    text_columns: list[Text] | None = Field(None, min_length=1, max_length=1000)
    text_separator: Text | None = Field(None, max_length=100)
    packing: PackingConfig | None = None
    chat_template: ChatTemplateConfig | None = None

    @model_validator(mode="after")
    def _stride_fits(self) -> Self:
        if self.stride is not None and self.packing is None:
            if self.truncation == "do_not_truncate":
                raise ValueError("stride needs truncation")
            if self.stride >= self.max_length:
                raise ValueError("stride must be smaller than max_length")
        return self


class TokenizerInfo(Shape):
    """What was loaded, and by whom it can be loaded again."""

    name: str
    revision: str | None = None
    fingerprint: str = Field(description="hash of the tokenizer's content")
    tokenizer_class: str
    model_type: str = Field(description="BPE, WordPiece, Unigram, WordLevel or Python")
    is_fast: bool
    vocab_size: int = Field(description="all ids, added tokens included")
    model_max_length: int | None
    special_tokens: dict[str, str | int | None] = Field(description="bos_token, bos_token_id, …")
    has_chat_template: bool = False
    padding_side: Literal["left", "right"] = "right"
    truncation_side: Literal["left", "right"] = "right"


LENGTH_BINS = ("0-50", "50-100", "100-200", "200-500", "500-1000", "1000-2000", "2000-5000", "5000+")


class TokenCount(Shape):
    id: int
    token: str
    count: int


class CurvePoint(Shape):
    max_length: int
    tokens_kept: float = Field(description="share of all tokens, 0 to 1")
    samples_kept_whole: float = Field(description="share of the samples, 0 to 1")


class Histogram(Shape):
    """counts[i] sequences have a length in the half-open interval [edges[i], edges[i + 1])."""

    edges: list[int]
    counts: list[int]


class TokenStatistics(Shape):
    """Exact numbers of one split or of all. Padding is never counted; special tokens are."""

    num_tokens: int
    num_samples: int = Field(description="rows of the result")
    num_source_samples: int = Field(description="samples that were read")
    avg_seq_length: float
    min_seq_length: int
    max_seq_length: int
    median_seq_length: float
    percentiles: dict[str, float] = Field(description='"1", "5", "25", "50", "75", "90", "95", "99", linear')
    length_distribution: Annotated[dict[str, int], AfterValidator(_in_bin_order)] = Field(
        description='half-open bins "0-50", "50-100", …, "5000+"'
    )
    fine_histogram: Histogram
    unique_tokens: int
    vocab_size: int = Field(description="the same as unique_tokens, under its older name")
    tokenizer_vocab_size: int
    unused_tokens: int
    special_tokens: int = Field(description="tokens that are special ids")
    unknown_tokens: int
    tokens_lost: int = Field(description="dropped by truncation, or the last remainder when packing")
    samples_truncated: int
    padding_tokens: int
    padding_share: float = Field(description="padding tokens / all cells, 0 to 1")
    num_characters: int
    num_bytes: int
    characters_per_token: float | None
    bytes_per_token: float | None
    top_tokens: list[TokenCount] = Field(description="the 100 most frequent")
    frequency_curve: list[tuple[int, int]] = Field(description="(rank, count) at about 200 ranks, log-spaced")
    truncation_curve: list[CurvePoint] = Field(description="from the lengths before truncation")
    documents_per_row: float | None = None
    empty_samples: int


class TokenizationStatistics(Shape):
    total: TokenStatistics
    splits: Annotated[dict[str, TokenStatistics], AfterValidator(in_split_order)]
    split_distribution: Annotated[dict[str, int], AfterValidator(in_split_order)] = Field(
        description="rows of each split"
    )


class EngineInfo(Shape):
    """Which engine produced the ids, and how that was proved."""

    name: str
    version: str
    fallback_reason: str | None = None
    checked_samples: int = 0
    num_proc: int = 1


class TokenizationResult(Shape):
    """What a tokenize run returns: the facts of a tokenized artefact."""

    statistics: TokenizationStatistics
    tokenizer: TokenizerInfo
    engine: EngineInfo
    columns: list[str]
    size_bytes: int
    content_hash: str = Field(description="hash of all ids, masks and row borders, split by split")
    versions: dict[str, str]
    duration_s: float


# --- looking at tokens --------------------------------------------------------------------------------------


class TokenPiece(Shape):
    """One token of a text. Offsets are half-open, in code points and in UTF-8 bytes; null for added tokens."""

    id: int
    token: str = Field(description="the vocabulary's own spelling")
    text: str = Field(description="the piece of text it stands for; for a part of a character, its bytes as \\xNN")
    start: int | None
    end: int | None
    byte_start: int | None
    byte_end: int | None
    special: bool = Field(description="added by the template or a special token in the text")
    truncated: bool = Field(description="cut off under this configuration")
    padding: bool
    partial: bool = Field(description="only some bytes of a character, which goes on in the next token")


class TokenPreviewRow(Shape):
    """num_tokens: kept, special tokens included, padding not."""

    pieces: list[TokenPiece]
    num_tokens: int
    num_truncated: int
    num_padding: int
    num_characters: int
    num_bytes: int


class Estimate(Shape):
    """A value from a sample, with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


class DryRun(Shape):
    """What a run would make, from a random sample of the rows."""

    sampled_samples: int
    total_samples: int
    num_tokens: Estimate
    num_rows: Estimate
    size_bytes: Estimate
    duration_s: Estimate
    tokens_lost_share: Estimate = Field(description="of all tokens, 0 to 1")
    padding_share: Estimate = Field(description="of all cells, 0 to 1")
    truncation_curve: list[CurvePoint]
    engine: EngineInfo
    tokenizer: TokenizerInfo


# --- the datasets row ---------------------------------------------------------------------------------------


class DatasetMetadata(Shape):
    """`datasets.metadata`. `tokenization_*` mirror the latest succeeded tokenization."""

    schema_: SchemaMetadata | None = Field(None, alias="schema")
    splits: Annotated[dict[str, SplitInfo], AfterValidator(in_split_order)] | None = None
    size_bytes: int | None = None
    fingerprint: str | None = None
    source: SourceMetadata | None = None
    bad_rows: list[BadRow] = Field(default_factory=list)
    num_bad_rows: int = 0
    tokenization_config: TokenizationConfig | None = None
    tokenization_stats: TokenizationStatistics | None = None

    model_config = ConfigDict(extra="forbid", populate_by_name=True, serialize_by_alias=True)


JsonObject = dict[str, Any]
