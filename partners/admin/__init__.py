"""The admin of partners."""

from partners.admin import agreements, applications, partners, people, pipeline, waiting

__all__ = ["agreements", "applications", "partners", "people", "pipeline", "waiting"]
