"""Assignments in the admin, by noun."""

from assignments.admin import bookings, documents, finishing, teams

__all__ = ["bookings", "documents", "finishing", "teams"]
