"""What every section of ``hotfix.toml`` is, and the addresses of services in it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_SERVICE = r"(https://[^\s@]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/\S*)?)"
SERVICE, SERVICE_OR_NONE = rf"^{_SERVICE}$", rf"^{_SERVICE}?$"
ServiceUrl = Annotated[str, Field(pattern=SERVICE)]
ServiceUrlOrNone = Annotated[str, Field(pattern=SERVICE_OR_NONE)]


class Section(BaseModel):
    """A section: read once, never changed; a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
