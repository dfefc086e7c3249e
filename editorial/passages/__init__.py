"""What the site search knows of pages: their words, cut where a right begins."""
