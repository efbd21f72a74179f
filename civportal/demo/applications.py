"""Who applied to become a partner of the demo centre."""

from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from civportal.accounts.models import User
from civportal.demo.story import at, chapter, plain
from partners.models import ApplicationMessage, Partner, PartnerApplication, Sector


class DemoApplications:
    """Adds all of it to the rows of the story."""

    def __init__(self, *, people: Mapping[str, User], partners: Mapping[str, Partner]) -> None:
        self.people = people
        self.partners = partners

    def add(self) -> int:
        """Everything; how many applications."""
        rows = chapter("applications")["applications"]
        for row in rows:
            self.add_application(row)
        return len(rows)

    def add_application(self, row: dict[str, Any]) -> None:
        """One, with the person who applied and what was asked."""
        applicant, questions = row.pop("applicant"), row.pop("questions", [])
        came_in, sectors = at(row.pop("came_in"), 14, 20), row.pop("sectors", [])
        decided_by, decided_on = row.pop("decided_by", ""), row.pop("decided_on", "")
        partner = row.pop("partner", "")
        row["wishes"], row["reason"] = plain(row["wishes"]), plain(row.get("reason", ""))
        user = User.objects.create(
            email=applicant["email"],
            name=applicant["name"],
            language="nl",
            password=make_password(None),
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        application = PartnerApplication(
            user=user,
            applicant_name=applicant["name"],
            applicant_function=applicant["function"],
            applicant_email=applicant["email"],
            consent_at=came_in,
            submitted_at=came_in,
            partner=self.partners[partner] if partner else None,
            decided_by=self.people[decided_by] if decided_by else None,
            decided_at=at(decided_on, 10, 5) if decided_on else None,
            **row,
        )
        application.full_clean()
        application.save()
        application.sectors.set(Sector.objects.filter(slug__in=sectors))
        PartnerApplication.objects.filter(pk=application.pk).update(created_at=came_in)
        for question in questions:
            message = ApplicationMessage.objects.create(
                application=application,
                author=self.people[question["by"]],
                from_office=True,
                text=question["text"],
            )
            ApplicationMessage.objects.filter(pk=message.pk).update(
                created_at=at(question["on"], 11)
            )
