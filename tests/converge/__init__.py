"""Whether generated revisions lead there and back and there again, and what becomes of the rows."""
