"""One way to run every case that lies in fixtures/."""
