"""Assignments in the admin, by noun."""

from assignments.admin import bookings, finishing, teams

__all__ = ["bookings", "finishing", "teams"]
