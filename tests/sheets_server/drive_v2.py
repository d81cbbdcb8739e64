"""The file resource of Drive v2, which answers the upload of a CSV text."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.sheets_server.book import Json, Spreadsheet

DRIVE = "https://www.googleapis.com/drive/v2/files"
ROOT = "0AROOTFOLDER0000000"
EXPORTS = {
    "application/x-vnd.oasis.opendocument.spreadsheet": "ods",
    "text/tab-separated-values": "tsv",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "text/csv": "csv",
    "application/zip": "zip",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}


def resource(book: Spreadsheet) -> Json:
    """The whole resource, as its owner sees it."""
    own, docs = f"{DRIVE}/{book.id}", f"https://docs.google.com/spreadsheets/d/{book.id}"
    made = _stamp(book.created)
    changed = _stamp(book.modified)
    export = f"https://docs.google.com/spreadsheets/export?id={book.id}&exportFormat="
    return {
        "kind": "drive#file",
        "userPermission": {
            "id": "me",
            "type": "user",
            "role": "owner",
            "kind": "drive#permission",
            "selfLink": f"{own}/permissions/me",
            "etag": f'"{book.version}"',
            "pendingOwner": False,
        },
        "selfLink": own,
        "ownerNames": [book.owner],
        "lastModifyingUserName": book.owner,
        "editable": True,
        "writersCanShare": True,
        "mimeType": "application/vnd.google-apps.spreadsheet",
        "exportLinks": {kind: export + short for kind, short in EXPORTS.items()},
        "parents": [
            {
                "selfLink": f"{own}/parents/{ROOT}",
                "id": ROOT,
                "isRoot": True,
                "kind": "drive#parentReference",
                "parentLink": f"{DRIVE}/{ROOT}",
            }
        ],
        "thumbnailLink": f"https://docs.google.com/feeds/vt?gd=true&id={book.id}&v=1&s=x&sz=s220",
        "appDataContents": False,
        "iconLink": "https://drive-thirdparty.googleusercontent.com/16/type/"
        "application/vnd.google-apps.spreadsheet",
        "shared": bool(book.anyone) or len(book.people) > 1,
        "lastModifyingUser": _user(book.owner),
        "owners": [_user(book.owner)],
        "copyable": True,
        "etag": f'"{book.version}"',
        "alternateLink": f"{docs}/edit?usp=drivesdk",
        "embedLink": f"{docs}/htmlembed?ouid=1",
        "fileSize": "1024",
        "copyRequiresWriterPermission": False,
        "spaces": ["drive"],
        "id": book.id,
        "title": book.title,
        "labels": {
            "viewed": True,
            "restricted": False,
            "starred": False,
            "hidden": False,
            "trashed": False,
        },
        "explicitlyTrashed": False,
        "createdDate": made,
        "modifiedDate": changed,
        "modifiedByMeDate": changed,
        "lastViewedByMeDate": changed,
        "markedViewedByMeDate": "1970-01-01T00:00:00.000Z",
        "quotaBytesUsed": "1024",
        "version": "5",
        "capabilities": {"canEdit": True, "canCopy": True},
    }


def _user(email: str) -> Json:
    return {
        "displayName": email,
        "kind": "drive#user",
        "isAuthenticatedUser": True,
        "permissionId": "00000000000000000001",
        "emailAddress": email,
        "picture": {"url": "https://lh3.googleusercontent.com/a/default-user=s64"},
    }


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
