"""Assignments in the admin, by noun."""

from assignments.admin import bookings, finishing

__all__ = ["bookings", "finishing"]
