"""The declared path of each offer, what really happened on it, and the flags."""
