"""What the partners of the demo signed, are asked to sign, and who wants to join them."""

import datetime
import hashlib
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from civportal.accounts.models import User
from civportal.demo import paper
from civportal.demo.story import at, chapter, day, plain
from partners.actions.people import INVITATION_HOLDS, token_hash
from partners.choices import AgreementState, SigningMethod
from partners.models import (
    Agreement,
    Invitation,
    Membership,
    MembershipRequest,
    Partner,
    Signature,
    SignatureRequest,
)

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
ADDRESS = "192.0.2.17"
"""From the range kept for examples (RFC 5737)."""


class DemoAgreements:
    """Adds all of it to the rows of the story."""

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
        self.agreements: dict[str, Agreement] = {}

    def add(self) -> int:
        """Everything; how many agreements."""
        data = chapter("agreements")
        for row in data["mandates"]:
            Membership.objects.filter(
                user=self.people[row["person"]], partner=self.partners[row["partner"]]
            ).update(
                function=row["function"],
                mandate=row["mandate"],
                mandate_by=self.people["samira"],
                mandate_at=at("-70.0", 10),
            )
        for row in data["agreements"]:
            self.add_agreement(row)
        for row in data["requests"]:
            MembershipRequest.objects.create(
                user=self.people[row["person"]],
                partner=self.partners[row["partner"]],
                message=row["message"],
            )
        for row in data["invitations"]:
            self.add_invitation(row)
        for row in data["pages"]:
            partner = self.partners[row["partner"]]
            partner.offers, partner.seeks = plain(row["offers"]), plain(row["seeks"])
            partner.save(update_fields=["offers", "seeks"])
        return len(self.agreements)

    def add_agreement(self, row: dict[str, Any]) -> None:
        opened = at(row["opened"], 10) if "opened" in row else None
        agreement = Agreement(
            kind=row["kind"],
            title=row["title"],
            version=row["version"],
            valid_from=day(row["from"]),
            valid_until=day(row["until"]) if "until" in row else None,
            sign_by=day(row["sign_by"]) if "sign_by" in row else None,
            state=AgreementState.OPEN if opened else AgreementState.DRAFT,
            opened_at=opened,
            replaces=self.agreements.get(row.get("replaces", "")),
            made_by=self.people[row["maker"]],
        )
        content = paper.pdf(row["title"], plain(row["text"]), language="nl")
        self.store(agreement.document, f"{row['key']}.pdf", content)
        agreement.sha256 = hashlib.sha256(content).hexdigest()
        agreement.full_clean()
        agreement.save()
        self.agreements[row["key"]] = agreement
        moment = opened or timezone.now()
        for slug in row.get("asked", []):
            self.ask(agreement, slug, moment)
        self.add_paper(agreement, row, moment)
        for each in row.get("signed", []):
            self.ask(agreement, each["partner"], moment)
            user = self.people[each["by"]]
            membership = user.memberships.get(partner=self.partners[each["partner"]])
            Signature.objects.create(
                agreement=agreement,
                partner=membership.partner,
                user=user,
                name=user.get_full_name(),
                function=membership.function,
                mandate=membership.mandate,
                signed_at=at(each["on"], each["hour"], 12),
                method=SigningMethod.PASSWORD,
                document_sha256=agreement.sha256,
                address=ADDRESS,
                user_agent=BROWSER,
            )

    def ask(self, agreement: Agreement, slug: str, moment: datetime.datetime) -> None:
        SignatureRequest.objects.create(
            agreement=agreement,
            partner=self.partners[slug],
            asked_at=moment,
            asked_by=agreement.made_by,
        )

    def add_paper(
        self, agreement: Agreement, row: dict[str, Any], moment: datetime.datetime
    ) -> None:
        """One sheet with several names, scanned once."""
        scan = ""
        lines = "\n\n".join(f"{each['name']}, {each['mandate']}" for each in row.get("paper", []))
        content = paper.pdf(f"Handtekeningen bij {agreement}", lines, language="nl")
        for each in row.get("paper", []):
            self.ask(agreement, each["partner"], moment)
            signature = Signature(
                agreement=agreement,
                partner=self.partners[each["partner"]],
                name=each["name"],
                mandate=each["mandate"],
                signed_at=at(row["paper_on"], 12),
                recorded_by=agreement.made_by,
                method=SigningMethod.PAPER,
                document_sha256=agreement.sha256,
                scan_sha256=hashlib.sha256(content).hexdigest(),
            )
            if scan:
                signature.scan = scan
            else:
                self.store(signature.scan, "handtekeningen.pdf", content)
                scan = str(signature.scan.name)
            signature.save()

    def add_invitation(self, row: dict[str, Any]) -> None:
        Invitation.objects.create(
            partner=self.partners[row["partner"]],
            email=row["email"],
            role=row["role"],
            token_hash=token_hash(secrets.token_urlsafe(32)),  # its link went to nobody
            invited_by=self.people[row["by"]],
            expires_at=timezone.now() + INVITATION_HOLDS,
        )
