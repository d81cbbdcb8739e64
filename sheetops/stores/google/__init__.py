"""A Google Sheet as a store: staff's tabs are read and never written by row.

Context: the Sheets API has no compare-and-swap, and staff sort and insert while a run works, so a
row number read a moment ago may be another client's now. Decision: statuses are written into hidden
tabs of our own, one row a key, and one formula in the heading of each status column joins them to
the staff's rows inside Sheets. Consequence: no sort and no insert can put a status on another
client; in staff's tabs rows are only ever added at the end.
"""

from sheetops.stores.google.store import GoogleStore as GoogleStore
