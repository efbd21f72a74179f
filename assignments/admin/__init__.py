"""Assignments in the admin, by noun."""

from assignments.admin import assignments, bookings, documents, finishing, teams

__all__ = ["assignments", "bookings", "documents", "finishing", "teams"]
