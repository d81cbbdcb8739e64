"""What the tabs and columns of a stranger's tracker are."""
