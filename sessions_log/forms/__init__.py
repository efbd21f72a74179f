"""Forms of sessions and their reports."""
