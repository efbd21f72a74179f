"""What happens to sessions and their reports."""
