"""What others do when an outcome becomes public: higher floors hand it in, as they do sections.

``news`` drafts an item. It is called in the transaction that makes the outcome public, with the
outcome held, so that both happen or neither does.
"""

from collections.abc import Callable

from assignments.models import Outcome

Listener = Callable[[Outcome], None]

_listeners: dict[str, Listener] = {}


def on_published(name: str, listener: Listener) -> None:
    """Let ``listener`` be called with each outcome that becomes public.

    Call this from ``AppConfig.ready``. An outcome can become public more than once, after a
    change; the listener sees to it that this does no harm. Registering a name again replaces it.
    """
    _listeners[name] = listener


def tell_published(outcome: Outcome) -> None:
    """Call all who want to know."""
    for listener in _listeners.values():
        listener(outcome)
