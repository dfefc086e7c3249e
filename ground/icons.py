"""The icons of the house: one line of 1.5 on a field of 24, as the inside of an SVG element."""

ICONS: dict[str, str] = {
    "back": '<path d="M14 5l-7 7 7 7"/>',
    "bell": '<path d="M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4"/>',
    "book": '<path d="M5 3h12a2 2 0 0 1 2 2v16H7a2 2 0 0 1-2-2zM9 3v18M5 8h4M5 13h4"/>',
    "box": '<path d="M3 8l9-5 9 5v9l-9 5-9-5zM3 8l9 5 9-5M12 13v9"/>',
    "calendar": '<rect x="3" y="5" width="18" height="16" rx="1"/><path d="M3 10h18M8 3v4M16 3v4"/>',
    "card": '<rect x="3" y="6" width="18" height="13" rx="1"/><path d="M3 10h18M7 15h4"/>',
    "check": '<path d="M4 12.500 10 18 20 6"/>',
    "close": '<path d="M6 6l12 12M18 6 6 18"/>',
    "edit": '<path d="M4 20l1-5L16 4l4 4L9 19zM14 6l4 4"/>',
    "flag": '<path d="M6 21V4h12l-3 4 3 4H6"/>',
    "forward": '<path d="M10 5l7 7-7 7"/>',
    "gift": (
        '<path d="M4 10h16v11H4zM3 6h18v4H3zM12 6v15M12 6c-5 0-5-4-2.500-4S12 6 12 6zm0 0c5 0 5-4 2.500-4S12 6 12 6z"/>'
    ),
    "home": '<path d="M3 11 12 4l9 7M6 9.5V20h12V9.5"/>',
    "key": '<circle cx="8" cy="15" r="4"/><path d="M11 12 20 3M16 7l3 3"/>',
    "leave": '<path d="M14 4H5v16h9M10 12h11M17 8l4 4-4 4"/>',
    "letter": '<path d="M3 6h18v13H3zM3 7l9 7 9-7"/>',
    "lock": '<rect x="5" y="11" width="14" height="10" rx="1"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "more": '<path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="2.5"/>',
    "mute": '<path d="M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4M4 3l16 18"/>',
    "people": (
        '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.6-4 3-6 6.5-6s6 2 6.5 6M16 5a3.5 3.5 0 0 1 0 7M18 14.5c2 .8 3.2 2.5 3.5 5"/>'
    ),
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21c1-5 4-7 8-7s7 2 8 7"/>',
    "picture": '<rect x="3" y="5" width="18" height="14" rx="1"/><circle cx="8.5" cy="10" r="1.5"/><path d="M4 18l6-5 4 3 3-3 4 4"/>',
    "pin": '<path d="M9 3h6l-1 7 3 3H7l3-3zM12 13v8"/>',
    "place": '<path d="M12 21c5-6 7-9 7-12a7 7 0 0 0-14 0c0 3 2 6 7 12z"/><circle cx="12" cy="9" r="2.5"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "print": '<path d="M7 8V3h10v5M7 17H4V8h16v9h-3M7 14h10v7H7z"/>',
    "reply": '<path d="M9 6 4 11l5 5M4 11h9c4 0 7 2 7 7"/>',
    "save": '<path d="M6 3h12v18l-6-5-6 5z"/>',
    "search": '<circle cx="10" cy="10" r="6"/><path d="m15 15 5 5"/>',
    "share": '<path d="M12 15V3m0 0L8 7m4-4 4 4M5 12v9h14v-9"/>',
    "skip": '<path d="M5 5l8 7-8 7zM18 5v14"/>',
    "stamp": '<rect x="5" y="4" width="14" height="14" rx="1"/><path d="M9 8h6v6H9zM5 21h14"/>',
    "swap": '<path d="M4 8h14l-4-4M20 16H6l4 4"/>',
    "talk": '<path d="M4 5h16v11H11l-5 4v-4H4z"/>',
    "theme": '<circle cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor"/>',
    "trash": '<path d="M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14M10 11v6M14 11v6"/>',
    "warning": '<circle cx="12" cy="12" r="9"/><path d="M12 7v6M12 16.5h.01"/>',
}

SEAL_FIELD = "M1.5.8 26.8.4l.7 21.8-.5 21.2L14 43.7.9 43.2.3 22z"
SEAL_CUTS = (
    "M4 6.5h8M6 6.5v4.2h6.5M10 6.5v13.2M10 10.7 4.5 17M16.5 4.3l-2 4.2M15.5 7.5v12.8M20 4v3.5M15.5 7.8h9M15.5 11.8h8.5"
    "M15.5 15.8h8.5M15.5 20h9M20 7.8V20",
    "M10 24l-3.5 3.5M8 26.5v8M14.5 23.8v3M8 27h13M8 29.6h12M8 32.2h12M8 34.7h13M14.5 27v13.8M4 37h20M14 37.5 5.5 41"
    "M15 37.5l8.5 3.5",
)


def icon_svg(name: str) -> str:
    """The icon as an SVG element without a name of its own: words beside it, or an aria-label on its button, carry the meaning.

    Raises KeyError for a name that the house does not have.
    """
    return f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{ICONS[name]}</svg>'


def seal_mark_svg() -> str:
    """The two characters 雅集 cut in a seal, coloured by the page's tokens."""
    cuts = "".join(f'<path d="{cut}"/>' for cut in SEAL_CUTS)
    return (
        '<svg class="seal-mark" viewBox="0 0 28 44" aria-hidden="true" focusable="false">'
        f'<path class="field-fill" d="{SEAL_FIELD}"/><g class="cut">{cuts}</g></svg>'
    )
