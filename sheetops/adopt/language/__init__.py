"""The words that people use in headings, statuses and dates."""
