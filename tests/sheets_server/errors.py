"""What Google says when it says no, with the same words and the same body."""

from __future__ import annotations

from typing import Any

STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
WORDS = {
    429: "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute "
    "per user' of service 'sheets.googleapis.com' for consumer 'project_number:1'.",
    500: "Internal error encountered.",
    503: "The service is currently unavailable.",
}
PROTECTED = (
    "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to "
    "remove protection if you need to edit."
)
NO_ACCESS = "The caller does not have permission"
NOT_SIGNED_IN = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie "
    "or other valid authentication credential. See "
    "https://developers.google.com/identity/sign-in/web/devconsole-project."
)


class ApiError(Exception):
    """An answer of Google's that is not a success: `code` is the HTTP status."""

    def __init__(
        self,
        code: int,
        message: str = "",
        status: str = "",
        details: list[dict[str, Any]] | None = None,
    ) -> None:
        self.code = code
        self.message = message or WORDS.get(code, "")
        self.status = status or STATUS.get(code, "UNKNOWN")
        self.details = details
        super().__init__(self.message)

    def body(self) -> dict[str, Any]:
        """The JSON that the reply carries."""
        error: dict[str, Any] = {
            "code": self.code,
            "message": self.message,
            "status": self.status,
        }
        if self.details:
            error["details"] = self.details
        return {"error": error}


class DriveError(ApiError):
    """A no from Drive, which words its errors in another way."""

    def __init__(self, code: int, message: str, reason: str, location: str = "") -> None:
        super().__init__(code, message)
        self.reason, self.location = reason, location

    def body(self) -> dict[str, Any]:
        """The JSON that the reply carries."""
        one = {"message": self.message, "domain": "global", "reason": self.reason}
        if self.location:
            one |= {"location": self.location, "locationType": "parameter"}
        return {"error": {"code": self.code, "message": self.message, "errors": [one]}}


def bad(message: str) -> ApiError:
    """400 INVALID_ARGUMENT."""
    return ApiError(400, message)


def bad_fields(wrong: list[tuple[str, str]]) -> ApiError:
    """400 for a request body that does not fit the API: field and words of each fault."""
    violations = [
        {"field": field, "description": words} if field else {"description": words}
        for field, words in wrong
    ]
    kind = "type.googleapis.com/google.rpc.BadRequest"
    message = "\n".join(words for _, words in wrong)
    return ApiError(400, message, details=[{"@type": kind, "fieldViolations": violations}])


def not_found() -> ApiError:
    """404 for a spreadsheet that does not exist."""
    return ApiError(404, "Requested entity was not found.")


def scope_too_small() -> ApiError:
    """403 for a token whose scopes do not cover the request."""
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
        "metadata": {"service": "sheets.googleapis.com"},
    }
    words = "Request had insufficient authentication scopes."
    return ApiError(403, words, details=[info])


def api_disabled(project: str) -> ApiError:
    """403 for a project that has not switched the Sheets API on."""
    url = f"https://console.developers.google.com/apis/api/sheets.googleapis.com/overview?project={project}"
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "SERVICE_DISABLED",
        "domain": "googleapis.com",
        "metadata": {"service": "sheets.googleapis.com", "consumer": f"projects/{project}"},
    }
    words = (
        f"Google Sheets API has not been used in project {project} before or it is disabled. "
        f"Enable it by visiting {url} then retry. If you enabled this API recently, wait a few "
        "minutes for the action to propagate to our systems and retry."
    )
    return ApiError(403, words, details=[info])
