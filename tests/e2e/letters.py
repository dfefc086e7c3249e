"""The demo's letters, read on its web page as a newcomer reads them."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

if TYPE_CHECKING:
    from tests.e2e.visitor import Visitor

CODE = re.compile(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", re.M)


@dataclass(frozen=True)
class Letter:
    """One letter: its subject and its text part."""

    subject: str
    text: str
    has_html: bool

    @property
    def code(self) -> str:
        """The code on a line of its own."""
        found = CODE.search(self.text)
        assert found, f"no code in the letter “{self.subject}”: {self.text}"
        return found.group(1)


def letters_to(reader: "Visitor", address: str) -> list[Letter]:
    """All letters to one address, newest first."""
    box = reader.get(f"/demo/mail/?to={quote(address)}")
    found = []
    for line in box.soup.select("main .lines a"):
        page = reader.get(urljoin(box.url, str(line["href"])))
        found.append(
            Letter(line.text.strip(), page.one("[data-letter]").get_text("\n"), bool(page.soup.select("iframe")))
        )
    return found
