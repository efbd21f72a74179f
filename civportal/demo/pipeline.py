"""How the organisations of the demo came as far as they are: talks, steps, changes of status."""

from collections.abc import Callable, Mapping
from typing import Any

from civportal.accounts.models import User
from civportal.demo import paper
from civportal.demo.story import at, chapter, day, plain
from partners.choices import AgreementKind, PartnerStatus
from partners.models import ContactMoment, Partner, Signature, StatusChange


class DemoPipeline:
    """Adds all of it to the rows of the story; wants the agreements to be there."""

    def __init__(
        self,
        *,
        people: Mapping[str, User],
        partners: Mapping[str, Partner],
        store: Callable[[Any, str, bytes], None],
    ) -> None:
        self.people = people
        self.partners = partners
        self.store = store

    def add(self) -> int:
        """Everything; how many talks."""
        for signature in Signature.objects.filter(agreement__kind=AgreementKind.COOPERATION):
            StatusChange.objects.get_or_create(
                partner_id=signature.partner_id,
                after=PartnerStatus.SIGNED,
                defaults={
                    "before": PartnerStatus.IN_TALKS,
                    "at": signature.signed_at,
                    "by": signature.user or signature.recorded_by,
                    "signature": signature,
                },
            )
        data = chapter("pipeline")
        for row in data["organisations"]:
            partner = self.partners[row["partner"]]
            if "owner" in row:
                partner.owner = self.people[row["owner"]]
                partner.save(update_fields=["owner"])
            before = ""
            for change in row.get("changes", []):
                self.add_change(partner, change, before)
                before = change["to"]
        for row in data["talks"]:
            self.add_talk(row)
        return len(data["talks"])

    def add_change(self, partner: Partner, row: dict[str, Any], before: str) -> None:
        change = StatusChange(
            partner=partner,
            before=row.get("from", before),
            after=row["to"],
            at=at(row["on"], 11),
            by=self.people[row["by"]],
            reason=plain(row.get("reason", "")),
        )
        if "letter" in row:
            content = paper.pdf("Intentieverklaring", plain(row["letter"]), language="nl")
            self.store(change.document, "intentieverklaring.pdf", content)
        change.save()

    def add_talk(self, row: dict[str, Any]) -> None:
        moment = ContactMoment(
            partner=self.partners[row["partner"]],
            date=day(row["on"]),
            by=self.people[row["by"]],
            with_whom=row.get("with", ""),
            summary=plain(row["summary"]),
            next_step=row.get("step", ""),
            due=day(row["due"]) if "due" in row else None,
            owner=self.people[row["owner"]] if "owner" in row else None,
        )
        if "done" in row:
            moment.done_at, moment.done_by = at(row["done"], 15), moment.owner
        moment.full_clean()
        moment.save()
