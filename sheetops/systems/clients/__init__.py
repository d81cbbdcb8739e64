"""Who a client is, what we know of them, and what we would like to know."""
