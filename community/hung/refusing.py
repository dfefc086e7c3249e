"""Why a file is not taken."""

from community.chat.protocol import Code
from community.refusals import Refused


class BadUpload(Refused):
    """`why` is a word for scripts, `sentence` says it to people, `status` over HTTP."""

    def __init__(self, why: str, sentence: str, *, status: int = 422) -> None:
        super().__init__(Code.BAD)
        self.why, self.sentence, self.status = why, sentence, status

    @property
    def words(self) -> str:
        return self.sentence
