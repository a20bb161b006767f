"""A recipe: what a result was made of and how, enough to make it again elsewhere."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mistudio.schemas.metadata import ROW_OPTIONS, SourceMetadata, TokenizationConfig, TokenizerInfo


class RecipeSource(SourceMetadata):
    """Where the raw data came from. fingerprint: of their content."""

    model_config = ConfigDict(extra="ignore")

    fingerprint: str | None = None


class Recipe(BaseModel):
    """`mistudio.json` of a result, or the same by hand: a configuration and a source are enough."""

    model_config = ConfigDict(extra="ignore")

    config: TokenizationConfig
    source: RecipeSource | None = None
    text_columns: list[str] | None = Field(None, description="default: the configuration's, else detected")
    separator: str | None = Field(None, description="between joined text columns")
    tokenizer: TokenizerInfo | None = None
    content_hash: str | None = Field(None, description="what the result must come to")

    @model_validator(mode="before")
    @classmethod
    def _defaults_beside_packing(cls, value: Any) -> Any:
        """A written recipe holds every default, also of the options that packing replaces."""
        if isinstance(value, dict) and isinstance(value.get("config"), dict) and value["config"].get("packing"):
            return {**value, "config": {k: v for k, v in value["config"].items() if k not in ROW_OPTIONS}}
        return value

    @model_validator(mode="after")
    def _columns_once(self) -> Self:
        """The columns and the revision that were used, written into the configuration."""
        chosen: dict[str, Any] = {}
        if self.config.chat_template is None:
            chosen["text_columns"] = self.config.text_columns or self.text_columns or None
            if self.config.text_separator is None:
                chosen["text_separator"] = self.separator
        if self.tokenizer is not None and self.tokenizer.revision is not None:
            chosen["tokenizer_revision"] = self.tokenizer.revision
        self.config = self.config.model_copy(update=chosen)
        return self
