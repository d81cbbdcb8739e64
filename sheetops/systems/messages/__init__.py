"""Which messages are due to whom, and when."""
