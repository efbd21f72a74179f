"""Where the mail provider tells of mail that came back."""

from anymail.webhooks.mailersend import MailerSendTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

PROVIDERS = {
    "mailersend": MailerSendTrackingWebhookView,
    "mailgun": MailgunTrackingWebhookView,
    "mailjet": MailjetTrackingWebhookView,
    "postmark": PostmarkTrackingWebhookView,
    "sendgrid": SendGridTrackingWebhookView,
    "sparkpost": SparkPostTrackingWebhookView,
}
SIGNED = {"mailersend", "mailgun"}
"""Those that sign what they say, with the key in ``MAIL_SIGNING_KEY``; SendGrid may."""


def is_ready(provider: str) -> bool:
    """Whether the settings have all that is needed to believe this provider."""
    return (
        provider in PROVIDERS
        and provider == settings.MAIL_PROVIDER
        and bool(settings.ANYMAIL["WEBHOOK_SECRET"])
        and (provider not in SIGNED or bool(settings.MAIL_SIGNING_KEY))
    )


@csrf_exempt  # a program of the provider: its signature and password tell who asks
@login_not_required
def mail_webhook(request: HttpRequest, provider: str) -> HttpResponseBase:
    """Only for the provider that the settings name, with its password (and signature) right.

    Anymail answers 400 to what is not signed; without a password set nothing is here at all.
    """
    if not is_ready(provider):
        raise Http404
    answer: HttpResponseBase = PROVIDERS[provider].as_view()(request)
    return answer
