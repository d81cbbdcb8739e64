"""A Google Sheets of our own, for tests: the real gspread and google-auth talk to it unchanged.

    with Running() as google:
        sheet = google.create("Clients", {"Clients": [["Client", "Flag"], ["c1", ""]]})
        with google.environment():          # HTTPS_PROXY, REQUESTS_CA_BUNDLE, NO_PROXY
            gspread.service_account(google.credentials).open_by_key(sheet.id)

`running.Running` starts a loopback CONNECT proxy that ends TLS with a throw-away CA. Any host but
Google's own three (sheets, oauth2 and www.googleapis.com) is refused, and remembered.
"""
