"""What an action says when it will not do something."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.chat.protocol import Code

WORDS = {
    Code.SLOW: gettext_lazy("This room goes slowly. You can write again in %(seconds)s seconds."),
    Code.FLOOD: gettext_lazy(
        "That was a lot at once. You can go on in %(seconds)s seconds; what you wrote is still here."
    ),
    Code.CLOSED: gettext_lazy("This room is closed for writing."),
    Code.OVERDUE: gettext_lazy(
        "A payment for your seat did not come through: until it does, you listen here and do not speak."
    ),
    Code.BARRED: gettext_lazy(
        "A decision of the moderators keeps you from writing here. Your notices have it, with the reasons."
    ),
    Code.LIMIT: gettext_lazy(
        "Ten removals in ten minutes: your power to remove rests for a day. Somebody else looks after it."
    ),
    Code.WORDS: gettext_lazy("Words in it are not taken here. The house rules say which, and why."),
    Code.QUIET: gettext_lazy("This group is quiet for the moment: those who are new listen. It ends by itself."),
    Code.NEWCOMER: gettext_lazy("On the first day one address and two names are enough for a message."),
    Code.NOT_FOUND: gettext_lazy("That message is not there any more."),
}


class Refused(Exception):
    """An action was refused. `code` is the protocol's; `after` are seconds to wait where waiting helps."""

    def __init__(self, code: Code, *, after: int | None = None) -> None:
        super().__init__(code.value)
        self.code, self.after = code, after

    @property
    def words(self) -> str:
        """The refusal as a person reads it."""
        if self.code not in WORDS:
            return _("You cannot do that here.")
        return str(WORDS[self.code]) % {"seconds": self.after}
