"""Every way in which a request or a job can fail, as a closed set.

A class's docstring is the title people read; the instance's message says what happened this time. `status`
is the answer to a request, `code` the stable name, and `kind` what a job does about it (DESIGN, section 5).
"""

from enum import StrEnum
from typing import Any, ClassVar


class Kind(StrEnum):
    """What a failed job does next."""

    TRANSIENT = "transient"  # tried again with growing, jittered pauses
    PERMANENT = "permanent"  # the same input would fail again
    RESOURCE = "resource"  # fails at once, with advice what to free
    WAITING = "waiting"  # looks again after a moment, for as long as it takes


class AppError(Exception):
    """Something went wrong."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "INTERNAL_ERROR"
    kind: ClassVar[Kind] = Kind.PERMANENT

    def __init__(self, detail: str | None = None, **extra: Any) -> None:
        """detail: one or two sentences for a person. extra: JSON values shown beside it (row, column, job_id…)."""
        self.detail = detail or self.title()
        self.extra = extra
        super().__init__(self.detail)

    @classmethod
    def title(cls) -> str:
        return (cls.__doc__ or cls.__name__).strip().splitlines()[0]

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.detail, self.extra)


def _rebuild(cls: type[AppError], detail: str, extra: dict[str, Any]) -> AppError:
    return cls(detail, **extra)


# --- requests -----------------------------------------------------------------------------------------------


class NotFound(AppError):
    """There is nothing at this address."""

    status, code = 404, "NOT_FOUND"


class DatasetNotFound(NotFound):
    """There is no dataset with this id."""

    code = "DATASET_NOT_FOUND"


class TokenizationNotFound(NotFound):
    """There is no tokenization with this id."""

    code = "TOKENIZATION_NOT_FOUND"


class JobNotFound(NotFound):
    """There is no job with this id."""

    code = "JOB_NOT_FOUND"


class UploadNotFound(NotFound):
    """There is no upload with this id. Uploads that are not used expire after a day."""

    code = "UPLOAD_NOT_FOUND"


class ExportNotFound(NotFound):
    """There is no export with this id, or no such file in it."""

    code = "EXPORT_NOT_FOUND"


class SplitNotFound(NotFound):
    """The dataset has no split of this name."""

    code = "SPLIT_NOT_FOUND"


class InvalidRequest(AppError):
    """The request is not valid."""

    status, code = 422, "INVALID_REQUEST"


class Conflict(AppError):
    """Another job holds this dataset."""

    status, code = 409, "CONFLICT"


class NameTaken(Conflict):
    """A dataset of this name exists already."""

    code = "NAME_TAKEN"


class DatasetNotReady(Conflict):
    """The dataset has no data yet."""

    code = "DATASET_NOT_READY"


class TokenizationNotReady(Conflict):
    """This tokenization has no result yet."""

    code = "TOKENIZATION_NOT_READY"


class JobNotCancellable(Conflict):
    """The job has already ended."""

    code = "JOB_ENDED"


class JobNotRetryable(Conflict):
    """Only a failed or cancelled job can be tried again."""

    code = "JOB_NOT_RETRYABLE"


class Cancelled(AppError):
    """It was cancelled."""

    status, code = 409, "CANCELLED"


class TooLarge(AppError):
    """The file is larger than this installation accepts."""

    status, code = 413, "TOO_LARGE"


class LengthMismatch(AppError):
    """The upload ended before its announced length."""

    status, code = 400, "UPLOAD_INCOMPLETE"


class UnsupportedMedia(AppError):
    """This kind of file cannot be read."""

    status, code = 415, "UNSUPPORTED_FORMAT"


class Unauthorized(AppError):
    """This installation asks for its API token."""

    status, code = 401, "UNAUTHORIZED"


class ForbiddenHost(AppError):
    """This host name is not allowed."""

    status, code = 403, "HOST_NOT_ALLOWED"


class ForbiddenOrigin(AppError):
    """Requests from this origin are not allowed."""

    status, code = 403, "ORIGIN_NOT_ALLOWED"


class TooManyRequests(AppError):
    """Too many requests at once."""

    status, code = 429, "RATE_LIMITED"


class ServiceBusy(AppError):
    """No worker answered in time. The job goes on; ask for it again."""

    status, code = 503, "BUSY"


class DatabaseUnavailable(AppError):
    """The database does not answer."""

    status, code, kind = 503, "DATABASE_UNAVAILABLE", Kind.TRANSIENT


# --- data files ---------------------------------------------------------------------------------------------


class MalformedFile(AppError):
    """The file is not well-formed."""

    status, code = 422, "MALFORMED_FILE"


class EmptyFile(MalformedFile):
    """The file holds no rows."""

    code = "EMPTY_FILE"


class UnknownEncoding(MalformedFile):
    """The text encoding could not be recognised."""

    code = "UNKNOWN_ENCODING"


class TooDeep(MalformedFile):
    """The data are nested too deeply."""

    code = "TOO_DEEP"


class TooManyColumns(MalformedFile):
    """The file has too many columns."""

    code = "TOO_MANY_COLUMNS"


class RowTooLong(MalformedFile):
    """One row is longer than this installation accepts."""

    code = "ROW_TOO_LONG"


class ExpandsTooFar(MalformedFile):
    """The compressed file expands to more than this installation accepts."""

    code = "EXPANDS_TOO_FAR"


class BadRows(MalformedFile):
    """Some rows do not fit the columns."""

    code = "BAD_ROWS"


class ColumnNotFound(InvalidRequest):
    """The data have no column of this name."""

    code = "COLUMN_NOT_FOUND"


class ColumnNotText(InvalidRequest):
    """This column does not hold text."""

    code = "COLUMN_NOT_TEXT"


class NoTextColumn(InvalidRequest):
    """The data have no text column."""

    code = "NO_TEXT_COLUMN"


class ParserCrashed(MalformedFile):
    """The reader of this format was stopped by the file."""

    code = "PARSER_CRASHED"


class ParserLimit(MalformedFile):
    """Reading the file needs more memory or time than is allowed."""

    code = "PARSER_LIMIT"


# --- tokenizing ---------------------------------------------------------------------------------------------


class TokenizerNotFound(InvalidRequest):
    """There is no tokenizer of this name."""

    code = "TOKENIZER_NOT_FOUND"


class TokenizerInvalid(InvalidRequest):
    """The tokenizer's files cannot be loaded."""

    code = "TOKENIZER_INVALID"


class TokenizerNeedsCode(InvalidRequest):
    """This tokenizer runs code of its own, which miStudio never does."""

    code = "TOKENIZER_NEEDS_CODE"


class NoPadToken(InvalidRequest):
    """The tokenizer has neither a padding nor an end-of-sequence token."""

    code = "NO_PAD_TOKEN"


class MaxLengthTooShort(InvalidRequest):
    """max_length leaves no room beside the special tokens."""

    code = "MAX_LENGTH_TOO_SHORT"


class OptionNotSupported(InvalidRequest):
    """This combination of options has no meaning for the tokenizer."""

    code = "OPTION_NOT_SUPPORTED"


class ChatTemplateFailed(InvalidRequest):
    """The tokenizer's chat template cannot render these messages."""

    code = "CHAT_TEMPLATE_FAILED"


class EmptyDataset(InvalidRequest):
    """There are no samples to work on."""

    code = "EMPTY_DATASET"


class NotExact(AppError):
    """The tokens differ from those of transformers. The result was discarded."""

    code = "NOT_EXACT"


# --- queries ------------------------------------------------------------------------------------------------


class QueryRefused(InvalidRequest):
    """Only one SELECT over the table data can be asked."""

    code = "QUERY_REFUSED"


class QueryFailed(InvalidRequest):
    """The query cannot be answered as it stands."""

    code = "QUERY_FAILED"


class QueryTooLong(InvalidRequest):
    """The query takes too long."""

    code = "QUERY_TOO_LONG"


class QueryTooLarge(InvalidRequest):
    """The query needs too much memory."""

    code = "QUERY_TOO_LARGE"


# --- Hub ----------------------------------------------------------------------------------------------------


class HubNameInvalid(InvalidRequest):
    """This is not the name of a repository on the Hub."""

    code = "HUB_NAME_INVALID"


class HubNotFound(AppError):
    """The Hub has no repository of this name, or it is private."""

    status, code = 404, "HUB_NOT_FOUND"


class HubRevisionNotFound(HubNotFound):
    """The repository has no such revision."""

    code = "HUB_REVISION_NOT_FOUND"


class HubConfigNotFound(HubNotFound):
    """The dataset has no such config."""

    code = "HUB_CONFIG_NOT_FOUND"


class HubSplitNotFound(HubNotFound):
    """The dataset has no such split."""

    code = "HUB_SPLIT_NOT_FOUND"


class HubGated(AppError):
    """Access to this repository must be asked for on its Hub page first."""

    status, code = 403, "HUB_GATED"


class HubTokenInvalid(AppError):
    """The Hub does not accept the access token."""

    status, code = 403, "HUB_TOKEN_INVALID"


class HubUnreachable(AppError):
    """The Hub does not answer."""

    status, code, kind = 503, "HUB_UNREACHABLE", Kind.TRANSIENT


class HubRateLimited(AppError):
    """The Hub asks to slow down."""

    status, code, kind = 503, "HUB_RATE_LIMITED", Kind.TRANSIENT


class HubMoved(AppError):
    """The repository changed while it was read."""

    status, code, kind = 503, "HUB_MOVED", Kind.TRANSIENT


class HubFileBroken(AppError):
    """A file of the repository arrived damaged."""

    status, code, kind = 502, "HUB_FILE_BROKEN", Kind.TRANSIENT


class HubNeedsScript(AppError):
    """This dataset is made by a script of its own, which miStudio never runs."""

    status, code = 422, "HUB_NEEDS_SCRIPT"


class HubNoData(AppError):
    """The repository holds no data files in a format that can be read."""

    status, code = 422, "HUB_NO_DATA"


# --- machine ------------------------------------------------------------------------------------------------


class DiskFull(AppError):
    """There is not enough free disk space."""

    status, code, kind = 507, "DISK_FULL", Kind.RESOURCE


class OutOfMemory(AppError):
    """There is not enough memory for this job."""

    status, code, kind = 507, "OUT_OF_MEMORY", Kind.RESOURCE


class StillWorking(AppError):
    """Work on it is being stopped first."""

    status, code, kind = 409, "STILL_WORKING", Kind.WAITING


class WorkerCrashed(AppError):
    """The work crashed twice."""

    code = "WORKER_CRASHED"


class WorkerLost(AppError):
    """The worker was lost five times while it did this."""

    code = "WORKER_LOST"


class WrongInstallation(AppError):
    """The database and the data directory belong to different installations."""

    code = "WRONG_INSTALLATION"


class ConfigurationError(AppError):
    """The settings do not allow this."""

    code = "CONFIGURATION"


class LocalServiceFailed(AppError):
    """A server that miStudio runs itself did not start."""

    code = "LOCAL_SERVICE_FAILED"


def all_errors() -> dict[str, type[AppError]]:
    """code → class, for the documentation and for errors that come back from a child process."""
    found: dict[str, type[AppError]] = {}
    todo = [AppError]
    while todo:
        cls = todo.pop()
        found[cls.code] = cls
        todo += cls.__subclasses__()
    return found
