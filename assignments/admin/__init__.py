"""Assignments in the admin, by noun."""
