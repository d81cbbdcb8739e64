"""The Drive half of `service`: which of its methods a request means."""

from __future__ import annotations

from tests.sheets_server.service import DRIVE, Reply, Request, Service, as_reply, route

FILES = "/drive/v3/files"
ONE = FILES + "/{}"


@route("POST", DRIVE, FILES)
def create(service: Service, who: str, request: Request, _parts: tuple[str, ...]) -> Reply:
    """files.create."""
    return as_reply(service.files.create(who, request.json(), request.option("fields")))


@route("GET", DRIVE, FILES)
def listed(service: Service, who: str, request: Request, _parts: tuple[str, ...]) -> Reply:
    """files.list."""
    return as_reply(service.files.listed(who, request.option("q"), request.option("fields")))


@route("GET", DRIVE, ONE)
def get(service: Service, who: str, request: Request, parts: tuple[str, ...]) -> Reply:
    """files.get."""
    return as_reply(service.files.get(who, parts[0], request.option("fields")))


@route("PATCH", DRIVE, ONE)
def update(service: Service, who: str, request: Request, parts: tuple[str, ...]) -> Reply:
    """files.update."""
    return as_reply(service.files.update(who, parts[0], request.json(), request.single_options))


@route("DELETE", DRIVE, ONE)
def delete(service: Service, who: str, _request: Request, parts: tuple[str, ...]) -> Reply:
    """files.delete."""
    service.files.delete(who, parts[0])
    return Reply(204, kind="text/html")


@route("POST", DRIVE, ONE + "/copy")
def copied(service: Service, who: str, request: Request, parts: tuple[str, ...]) -> Reply:
    """files.copy."""
    return as_reply(service.files.copy(who, parts[0], request.json(), request.option("fields")))


@route("GET", DRIVE, ONE + "/export")
def exported(service: Service, who: str, request: Request, parts: tuple[str, ...]) -> Reply:
    """files.export."""
    kind = request.option("mimeType")
    return Reply(200, service.files.export(who, parts[0], kind), kind)


@route("GET", DRIVE, ONE + "/permissions")
def permissions(service: Service, who: str, request: Request, parts: tuple[str, ...]) -> Reply:
    """permissions.list."""
    return as_reply(service.files.permissions(who, parts[0], request.option("fields")))


@route("POST", DRIVE, ONE + "/permissions")
def share(service: Service, who: str, request: Request, parts: tuple[str, ...]) -> Reply:
    """permissions.create."""
    return as_reply(service.files.share(who, parts[0], request.json(), request.option("fields")))


@route("PATCH", DRIVE, ONE + "/permissions/{}")
def promote(service: Service, who: str, request: Request, parts: tuple[str, ...]) -> Reply:
    """permissions.update."""
    return as_reply(service.files.promote(who, parts[0], parts[1], request.json()))


@route("DELETE", DRIVE, ONE + "/permissions/{}")
def unshare(service: Service, who: str, _request: Request, parts: tuple[str, ...]) -> Reply:
    """permissions.delete."""
    service.files.unshare(who, parts[0], parts[1])
    return Reply(204, kind="text/html")


@route("GET", DRIVE, ONE + "/comments")
def comments(service: Service, who: str, _request: Request, parts: tuple[str, ...]) -> Reply:
    """comments.list: nobody comments here."""
    service.files.seen(parts[0], who)
    return as_reply({"kind": "drive#commentList", "comments": []})


@route("PUT", DRIVE, "/upload/drive/v2/files/{}")
def uploaded(service: Service, who: str, request: Request, parts: tuple[str, ...]) -> Reply:
    """Drive v2 files.update with content, as gspread's import_csv uses it."""
    return as_reply(service.files.upload(who, parts[0], request.body))
