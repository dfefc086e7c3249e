"""What an action says when it will not do something."""

from community.chat.protocol import Code


class Refused(Exception):
    """An action was refused. `code` is the protocol's; `after` are seconds to wait where waiting helps."""

    def __init__(self, code: Code, *, after: int | None = None) -> None:
        super().__init__(code.value)
        self.code, self.after = code, after
