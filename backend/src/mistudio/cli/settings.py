"""Settings for commands: what is wrong with them is said in words."""

from pydantic import ValidationError

from mistudio.core.config import Settings, get_settings
from mistudio.core.errors import ConfigurationError


def load_settings() -> Settings:
    """Raises ConfigurationError, which names the variables that cannot be used."""
    try:
        return get_settings()
    except ValidationError as error:
        wrong = "; ".join(f"{_variable(problem['loc'])}: {problem['msg']}" for problem in error.errors())
        raise ConfigurationError(f"Settings cannot be used: {wrong}.") from None


def _variable(location: tuple[int | str, ...]) -> str:
    name = str(location[0])
    field = Settings.model_fields.get(name)
    return f"MISTUDIO_{name.upper()}" if field and field.validation_alias is None else name.upper()
