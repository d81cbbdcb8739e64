"""The kinds of request that spreadsheets.batchUpdate takes, by what they change."""
