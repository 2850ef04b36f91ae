"""What each database says differently, one folder a database."""
